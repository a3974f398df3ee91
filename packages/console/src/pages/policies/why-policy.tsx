/** Which policy is in force for a person on a pool, field by field, and who said so. */
import type { ROUTES, RouteReply } from "@deskgate/contract";
import { useQuery } from "@tanstack/react-query";
import { poolsList } from "../../api/machines.ts";
import { poolQuery } from "../../api/names.ts";
import { effectivePolicyQuery } from "../../api/pools.ts";
import { Loaded } from "../../parts/loaded.tsx";
import { NamedPicker, UserPicker } from "../../parts/pickers.tsx";
import type { ListControls } from "../../parts/table/use-list-state.ts";
import { locale } from "../../text/language.ts";
import { policiesText } from "../../text/policies.ts";
import { POLICY_FIELDS, spellPolicyValue } from "./policy-words.ts";

export function WhyPolicy({ controls }: { readonly controls: ListControls }) {
  const { userId = "", poolId = "" } = controls.state.filters;
  const query = useQuery(effectivePolicyQuery(userId, poolId));
  const { data: pool } = useQuery({ ...poolQuery(poolId), enabled: poolId !== "" });
  const isAsked = userId !== "" && poolId !== "";
  return (
    <section className="dg-card dg-why" aria-label={policiesText.why}>
      <h2>{policiesText.why}</h2>
      <p className="dg-soft">{policiesText.whyLead}</p>
      <div className="dg-why-inputs">
        <UserPicker
          label={policiesText.whyUser}
          value={userId === "" ? null : userId}
          onChange={(id) => controls.filterBy("userId", id ?? undefined)}
        />
        <NamedPicker
          label={policiesText.whyPool}
          source={poolsList}
          chosen={pool}
          value={poolId === "" ? null : poolId}
          onChange={(id) => controls.filterBy("poolId", id ?? undefined)}
        />
      </div>
      {isAsked && <Loaded query={query}>{(reply) => <Reasons reply={reply} />}</Loaded>}
    </section>
  );
}

type Reply = RouteReply<typeof ROUTES.explainPolicy>;

function Reasons({ reply: { fields } }: { readonly reply: Reply }) {
  const { whyColumns } = policiesText;
  return (
    <div className="dg-panel-scroll">
      <table className="dg-plain-table" data-testid="why-policy">
        <thead>
          <tr>
            {[whyColumns.field, whyColumns.value, whyColumns.because].map((header) => (
              <th key={header} scope="col">
                {header}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {POLICY_FIELDS.map((field) => {
            const { value, because } = fields[field];
            return (
              <tr key={field}>
                <td>{policiesText.fields[field]}</td>
                <td className="dg-cell-main">{spellPolicyValue(field, value)}</td>
                <td className="dg-because">
                  {new Intl.ListFormat(locale).format(
                    because.map(({ source, name, said }) =>
                      becauseOf(source, name, spellPolicyValue(field, said)),
                    ),
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function becauseOf(source: "entitlement" | "pool" | "default", name: string, said: string): string {
  return source === "default" ? policiesText.because.default : policiesText.because[source](name, said);
}
