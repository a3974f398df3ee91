/** The first page: the desktops one may use, each one click away. */
import type { Desktop } from "@deskgate/contract";
import { Button, SegmentedControl, Skeleton } from "@mantine/core";
import { useLocalStorage } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { desktopsQuery } from "../../api/desktops.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useKeptFocus } from "../../parts/use-kept-focus.ts";
import { useLastError } from "../../parts/use-last-error.ts";
import { useTitle } from "../../parts/use-title.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { shellText } from "../../text/shell.ts";
import { arrangeDesktops, isSearchUseful, ORDERS, type Order } from "./arrange.ts";
import { DesktopCard } from "./desktop-card.tsx";
import { NoDesktops } from "./no-desktops.tsx";
import { PasswordHint } from "./password-hint.tsx";
import "./launchpad.css";

export function LaunchpadPage() {
  useTitle(launchpadText.title);
  const [search, setSearch] = useState("");
  const [order, setOrder] = useOrder();
  const query = useQuery(desktopsQuery);
  const { data, refetch } = query;
  const error = useLastError(query);
  const desktops = data?.items ?? [];
  return (
    <>
      <PasswordHint />
      <PageHeader
        title={launchpadText.title}
        {...(desktops.length > 0 && { lead: launchpadText.count(desktops.length) })}
      >
        {isSearchUseful(desktops) && (
          <>
            <SegmentedControl
              aria-label={launchpadText.sort}
              size="xs"
              value={order}
              onChange={setOrder}
              data={ORDERS.map((value) => ({ value, label: launchpadText.sorts[value] }))}
            />
            <SearchBox label={launchpadText.search} value={search} onChange={setSearch} />
          </>
        )}
      </PageHeader>
      {data && <Desktops desktops={desktops} search={search} order={order} onClear={() => setSearch("")} />}
      {!data && error !== null && <Problem error={error} onRetry={refetch} />}
      {!data && error === null && <LoadingCards />}
    </>
  );
}

/** Kept in this browser. */
function useOrder() {
  return useLocalStorage<Order>({
    key: "deskgate-launchpad-order",
    defaultValue: "recent",
    getInitialValueInEffect: false,
  });
}

interface DesktopsProps {
  readonly desktops: readonly Desktop[];
  readonly search: string;
  readonly order: Order;
  readonly onClear: () => void;
}

function Desktops({ desktops, search, order, onClear }: DesktopsProps) {
  // A star moves its card to the favourites.
  useKeptFocus((element) => element.closest(".dg-desktops") !== null);
  const shown = arrangeDesktops(desktops, search, order);
  const favourites = shown.filter(({ isFavourite }) => isFavourite);
  const others = shown.filter(({ isFavourite }) => !isFavourite);
  if (desktops.length === 0) return <NoDesktops />;
  if (shown.length === 0)
    return (
      <p className="dg-none-found" role="status">
        {launchpadText.noneFound(search)}{" "}
        <Button variant="subtle" size="compact-sm" onClick={onClear}>
          {launchpadText.clearSearch}
        </Button>
      </p>
    );
  if (favourites.length === 0) return <Cards desktops={others} />;
  return (
    <>
      <section aria-label={launchpadText.favourites} className="dg-launchpad-part">
        <div className="dg-part-label">{launchpadText.favourites}</div>
        <Cards desktops={favourites} />
      </section>
      {others.length > 0 && (
        <section aria-label={launchpadText.others} className="dg-launchpad-part">
          <div className="dg-part-label">{launchpadText.others}</div>
          <Cards desktops={others} />
        </section>
      )}
    </>
  );
}

function Cards({ desktops }: { readonly desktops: readonly Desktop[] }) {
  return (
    <ul className="dg-desktops">
      {desktops.map((desktop) => (
        <DesktopCard key={desktop.id} desktop={desktop} />
      ))}
    </ul>
  );
}

function LoadingCards() {
  return (
    <div className="dg-desktops" role="status" aria-label={shellText.loading}>
      {["first", "second", "third"].map((place) => (
        <Skeleton key={place} height={266} radius="lg" />
      ))}
    </div>
  );
}
