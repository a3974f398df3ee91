/** The first page: the desktops one may use, each one click away. */
import type { Desktop } from "@deskgate/contract";
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { desktopsQuery } from "../../api/desktops.ts";
import { PageHeader } from "../../parts/page-header.tsx";
import { Problem } from "../../parts/problem.tsx";
import { SearchBox } from "../../parts/search-box.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { shellText } from "../../text/shell.ts";
import { arrangeDesktops, isSearchUseful } from "./arrange.ts";
import { DesktopCard } from "./desktop-card.tsx";
import { NoDesktops } from "./no-desktops.tsx";
import { PasswordHint } from "./password-hint.tsx";
import "./launchpad.css";

export function LaunchpadPage() {
  useTitle(launchpadText.title);
  const [search, setSearch] = useState("");
  const { data, error, refetch } = useQuery(desktopsQuery);
  const desktops = data?.items ?? [];
  return (
    <>
      <PasswordHint />
      <PageHeader
        title={launchpadText.title}
        {...(desktops.length > 0 && { lead: launchpadText.count(desktops.length) })}
      >
        {isSearchUseful(desktops) && (
          <SearchBox label={launchpadText.search} value={search} onChange={setSearch} />
        )}
      </PageHeader>
      {data && <Desktops desktops={desktops} search={search} onClear={() => setSearch("")} />}
      {!data && error && <Problem error={error} onRetry={() => void refetch()} />}
      {!data && !error && <LoadingCards />}
    </>
  );
}

interface DesktopsProps {
  readonly desktops: readonly Desktop[];
  readonly search: string;
  readonly onClear: () => void;
}

function Desktops({ desktops, search, onClear }: DesktopsProps) {
  const shown = arrangeDesktops(desktops, search);
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
  return (
    <ul className="dg-desktops">
      {shown.map((desktop) => (
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
