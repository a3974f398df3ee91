/** "Why can't they connect?": the way to a desktop walked for somebody, hop by hop. */
import { type Explanation, type HopReport, PROTOCOLS } from "@deskgate/contract";
import { Button, NativeSelect, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { TbCircleCheck, TbCircleDashed, TbCircleX, TbRoute } from "react-icons/tb";
import { useExplain } from "../../api/explain.ts";
import { problemsOfRefusal } from "../../api/field-problems.ts";
import { poolsList } from "../../api/machines.ts";
import { poolQuery } from "../../api/names.ts";
import { EmptyState } from "../../parts/empty-state.tsx";
import { FormProblem } from "../../parts/form-problem.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { NamedPicker, UserPicker } from "../../parts/pickers.tsx";
import { type ListControls, useListState } from "../../parts/table/use-list-state.ts";
import { useTitle } from "../../parts/use-title.ts";
import { explainText } from "../../text/explain.ts";
import { launchpadText } from "../../text/launchpad.ts";
import { hopSentence, refusalSentence } from "../../text/refusals.ts";
import { hopDetail } from "./hop-detail.ts";
import { questionOf } from "./question.ts";
import "./explain.css";

const QUESTION_NAMES = ["user", "pool", "protocol", "address"];

export function ExplainPage() {
  useTitle(explainText.title);
  const controls = useListState(QUESTION_NAMES);
  const explain = useExplain();
  return (
    <>
      <PageHeader title={explainText.title} lead={explainText.lead} />
      <div className="dg-explain">
        <QuestionForm controls={controls} explain={explain} />
        <div aria-live="polite">
          {explain.data ? (
            <Answer explanation={explain.data} />
          ) : (
            <div className="dg-card">
              <EmptyState
                icon={<TbRoute size={26} strokeWidth={1.6} />}
                title={explainText.emptyTitle}
                hint={explainText.emptyHint}
              />
            </div>
          )}
        </div>
      </div>
    </>
  );
}

interface QuestionFormProps {
  readonly controls: ListControls;
  readonly explain: ReturnType<typeof useExplain>;
}

function QuestionForm({ controls, explain }: QuestionFormProps) {
  const { user = "", pool = "", protocol = "", address = "" } = controls.state.filters;
  const { data: chosen } = useQuery({ ...poolQuery(pool), enabled: pool !== "" });
  const form = useForm<{ user: string | null; pool: string | null; protocol: string; address: string }>({
    initialValues: { user: user || null, pool: pool || null, protocol, address },
    validate: {
      user: (id) => (id === null ? explainText.userMissing : null),
      pool: (id) => (id === null ? explainText.poolMissing : null),
    },
    // The question stands in the address, so that it can be passed on.
    onValuesChange: (values, before) => {
      for (const name of ["user", "pool", "protocol", "address"] as const)
        if (values[name] !== before[name]) controls.filterBy(name, values[name] || undefined);
    },
  });
  const submit = form.onSubmit((values) =>
    explain.mutate(questionOf(values), { onError: (error) => form.setErrors(problemsOfRefusal(error)) }),
  );
  return (
    <form className="dg-card dg-explain-form" onSubmit={submit} noValidate>
      <UserPicker label={explainText.user} {...form.getInputProps("user")} />
      <NamedPicker
        label={explainText.pool}
        source={poolsList}
        chosen={chosen}
        {...form.getInputProps("pool")}
      />
      <NativeSelect
        label={explainText.protocol}
        data={[
          { value: "", label: explainText.anyProtocol },
          ...PROTOCOLS.map((value) => ({ value, label: launchpadText.protocols[value] })),
        ]}
        {...form.getInputProps("protocol")}
      />
      <TextInput
        label={explainText.address}
        description={explainText.addressHint}
        autoComplete="off"
        spellCheck={false}
        {...form.getInputProps("address")}
      />
      {explain.error && Object.keys(form.errors).length === 0 && <FormProblem error={explain.error} />}
      <Button
        type="submit"
        leftSection={<TbRoute size={17} strokeWidth={1.8} />}
        loading={explain.isPending}
        data-testid="explain"
      >
        {explain.data ? explainText.again : explainText.ask}
      </Button>
      {form.values.user && form.values.pool && (
        <Link
          to="/policies"
          search={{ userId: form.values.user, poolId: form.values.pool } as never}
          className="dg-explain-link"
        >
          {explainText.whyPolicy}
        </Link>
      )}
    </form>
  );
}

function Answer({ explanation }: { readonly explanation: Explanation }) {
  const { outcome, sentence, machineName, hops } = explanation;
  const isFine = outcome === "would-connect";
  return (
    <section className="dg-card dg-explain-answer" data-testid="explanation" data-outcome={outcome}>
      <h2 className={isFine ? "dg-explain-good" : "dg-explain-bad"}>
        {isFine ? explainText.wouldConnect : explainText.wouldNot}
      </h2>
      {sentence !== "" && (
        <p className="dg-soft">{explainText.theyRead(refusalSentence(outcome, sentence))}</p>
      )}
      {machineName !== null && <p className="dg-soft">{explainText.machine(machineName)}</p>}
      <ol className="dg-hops">
        {hops.map((hop) => (
          <Hop key={hop.hop} report={hop} />
        ))}
      </ol>
    </section>
  );
}

function Hop({ report: { hop, verdict, sentence, detail } }: { readonly report: HopReport }) {
  return (
    <li className={`dg-hop dg-hop-${verdict}`} data-verdict={verdict}>
      <VerdictMark verdict={verdict} />
      <div className="dg-hop-name">
        {explainText.hops[hop]}
        <span className="dg-visually-hidden">: {explainText.verdicts[verdict]}</span>
      </div>
      <div>
        <div>{hopSentence(sentence)}</div>
        {detail !== "" && <div className="dg-cell-sub">{hopDetail(detail)}</div>}
      </div>
    </li>
  );
}

function VerdictMark({ verdict }: Pick<HopReport, "verdict">) {
  const look = { size: 18, strokeWidth: 1.8, "aria-hidden": true } as const;
  switch (verdict) {
    case "ok":
      return <TbCircleCheck {...look} />;
    case "failed":
      return <TbCircleX {...look} />;
    case "skipped":
      return <TbCircleDashed {...look} />;
  }
}
