/** The site's settings on one page: changed together, saved together, and not lost by a slip. */
import type { Settings } from "@deskgate/contract";
import { Alert, Button, Group } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";
import { TbGitBranch, TbLock } from "react-icons/tb";
import { isApiError } from "../../api/api-error.ts";
import { problemsOfRefusal } from "../../api/field-problems.ts";
import { useMay } from "../../api/permissions.ts";
import { settingsQuery, useUpdateSettings } from "../../api/settings.ts";
import { FormProblem } from "../../parts/form-problem.tsx";
import { Loaded } from "../../parts/loaded.tsx";
import { PageHeader } from "../../parts/page-header.tsx";
import { useTitle } from "../../parts/use-title.ts";
import { settingsText } from "../../text/settings.ts";
import { LeaveGuard } from "./leave-guard.tsx";
import { changesOf, formOf, INPUT_OF, problemsOf, type SettingsForm } from "./settings-fields.ts";
import { KeepingInputs, NoticeInputs, ReleaseInputs, SiteInputs } from "./settings-inputs.tsx";
import { useReturnToField } from "./use-return-to-field.ts";
import "./settings.css";

export function SettingsPage() {
  useTitle(settingsText.title);
  const settings = useQuery(settingsQuery);
  return (
    <div className="dg-settings">
      <PageHeader title={settingsText.title} lead={settingsText.lead} />
      <Loaded query={settings}>
        {(data) => <SettingsEditor latest={data} onStale={() => void settings.refetch()} />}
      </Loaded>
    </div>
  );
}

interface SettingsEditorProps {
  readonly latest: Settings;
  /** Somebody else was faster: ask for what they made of it. */
  readonly onStale: () => void;
}

function SettingsEditor({ latest, onStale }: SettingsEditorProps) {
  const mayChange = useMay()("settings.write");
  const { form, base, isDirty, rebase } = useSettingsForm(latest);
  const update = useUpdateSettings();
  const save = (ifVersion: number) =>
    update.mutate(
      { changes: changesOf(form.values, base), ifVersion },
      {
        onSuccess: (saved) => {
          rebase(saved);
          notifications.show({ message: settingsText.saved });
        },
        onError: (error) => {
          if (isApiError(error, "version_stale")) onStale();
          form.setErrors(problemsOfRefusal(error, INPUT_OF));
        },
      },
    );
  const revert = () => {
    rebase(latest);
    update.reset();
  };
  const { onChange, onClick } = useReturnToField(isDirty);
  const isStale = isApiError(update.error, "version_stale");
  const hasProblem = update.error !== null && !isStale && Object.keys(form.errors).length === 0;
  return (
    <form onSubmit={form.onSubmit(() => save(base.version))} noValidate>
      {!mayChange && (
        <Alert color="gray" mb="md" icon={<TbLock size={18} />}>
          {settingsText.readOnly}
        </Alert>
      )}
      <fieldset className="dg-settings-fields" disabled={!mayChange} onChange={onChange}>
        <Part title={settingsText.site}>
          <SiteInputs form={form} />
        </Part>
        <Part title={settingsText.notices}>
          <NoticeInputs form={form} />
        </Part>
        <Part title={settingsText.release} hint={settingsText.releaseHint}>
          <ReleaseInputs form={form} />
        </Part>
        <Part title={settingsText.keeping}>
          <KeepingInputs form={form} configuredKeepAuditMs={base.configuredKeepAuditMs} />
        </Part>
      </fieldset>
      {hasProblem && <FormProblem error={update.error} />}
      {isStale && <StaleNotice onShow={revert} onOverwrite={() => save(latest.version)} />}
      {isDirty && (
        <div className="dg-settings-bar" role="status">
          <span>{settingsText.unsaved}</span>
          <Group gap="xs" ml="auto" onClick={onClick}>
            <Button variant="default" onClick={revert} data-testid="revert">
              {settingsText.revert}
            </Button>
            <Button type="submit" loading={update.isPending} data-testid="save">
              {settingsText.save}
            </Button>
          </Group>
        </div>
      )}
      <LeaveGuard isOn={isDirty} />
    </form>
  );
}

/** `base`: what the form rests on; what others change shows as long as nothing was typed. */
function useSettingsForm(latest: Settings) {
  const [base, setBase] = useState(latest);
  const form = useForm<SettingsForm>({
    initialValues: formOf(latest),
    validate: problemsOf,
  });
  const isDirty = Object.keys(changesOf(form.values, base)).length > 0;
  const rebase = (settings: Settings) => {
    setBase(settings);
    form.setValues(formOf(settings));
    form.clearErrors();
  };
  useEffect(() => {
    if (base.version < latest.version && !isDirty) rebase(latest);
  });
  return { form, base, isDirty, rebase };
}

interface PartProps {
  readonly title: string;
  readonly hint?: string;
  readonly children: ReactNode;
}

function Part({ title, hint, children }: PartProps) {
  return (
    <section className="dg-card dg-settings-part" aria-label={title}>
      <div>
        <h2>{title}</h2>
        {hint && <p>{hint}</p>}
      </div>
      <div className="dg-settings-inputs">{children}</div>
    </section>
  );
}

interface StaleNoticeProps {
  readonly onShow: () => void;
  readonly onOverwrite: () => void;
}

function StaleNotice({ onShow, onOverwrite }: StaleNoticeProps) {
  return (
    <Alert
      role="alert"
      color="yellow"
      mb="md"
      icon={<TbGitBranch size={18} />}
      title={settingsText.staleTitle}
    >
      {settingsText.staleHint}
      <Group gap="xs" mt="sm">
        <Button size="xs" variant="default" onClick={onShow}>
          {settingsText.showTheirs}
        </Button>
        <Button size="xs" onClick={onOverwrite} data-testid="overwrite">
          {settingsText.overwrite}
        </Button>
      </Group>
    </Alert>
  );
}
