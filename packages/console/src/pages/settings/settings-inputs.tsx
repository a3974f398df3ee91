/** The inputs of the site's settings, part by part. */
import { ANNOUNCEMENT_SEVERITIES } from "@deskgate/contract";
import {
  Checkbox,
  Input,
  NativeSelect,
  NumberInput,
  SegmentedControl,
  Switch,
  Textarea,
  TextInput,
} from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { LANGUAGES } from "../../text/language.ts";
import { poolsText } from "../../text/pools.ts";
import { spellDuration } from "../../text/quantities.ts";
import { settingsText } from "../../text/settings.ts";
import { afterDisconnectOf, choiceOfRelease, releaseChoices } from "../pools/release.ts";
import type { SettingsForm } from "./settings-fields.ts";

interface InputsProps {
  readonly form: UseFormReturnType<SettingsForm>;
}

export function SiteInputs({ form }: InputsProps) {
  const languages = Object.entries(LANGUAGES).map(([value, label]) => ({ value, label }));
  return (
    <>
      <TextInput
        label={settingsText.siteName}
        description={settingsText.siteNameHint}
        autoComplete="off"
        {...form.getInputProps("siteName")}
      />
      <NativeSelect
        label={settingsText.language}
        description={settingsText.languageHint}
        data={[{ value: "", label: settingsText.browserLanguage }, ...languages]}
        {...form.getInputProps("language")}
      />
    </>
  );
}

export function NoticeInputs({ form }: InputsProps) {
  return (
    <>
      <Textarea
        label={settingsText.notice}
        description={settingsText.noticeHint}
        autosize
        minRows={3}
        maxRows={8}
        {...form.getInputProps("signInNotice")}
      />
      <Switch
        label={settingsText.hasAnnouncement}
        {...form.getInputProps("hasAnnouncement", { type: "checkbox" })}
      />
      {form.values.hasAnnouncement && (
        <>
          <Textarea
            label={settingsText.announcement}
            description={settingsText.announcementHint}
            autosize
            minRows={2}
            maxRows={5}
            {...form.getInputProps("announcementText")}
          />
          <Input.Wrapper label={settingsText.severity}>
            <SegmentedControl
              display="flex"
              w="fit-content"
              aria-label={settingsText.severity}
              data={ANNOUNCEMENT_SEVERITIES.map((value) => ({
                value,
                label: settingsText.severities[value],
              }))}
              {...form.getInputProps("severity")}
            />
          </Input.Wrapper>
        </>
      )}
    </>
  );
}

export function ReleaseInputs({ form }: InputsProps) {
  const { release } = form.values;
  const choice = choiceOfRelease(release);
  return (
    <>
      <NativeSelect
        label={poolsText.release}
        description={poolsText.releaseHint}
        data={releaseChoices(choice)}
        value={choice}
        onChange={({ currentTarget }) =>
          form.setFieldValue("release", {
            ...release,
            afterDisconnectMs: afterDisconnectOf(currentTarget.value),
          })
        }
      />
      <Checkbox
        label={poolsText.onSignOut}
        checked={release.onSignOut}
        onChange={({ currentTarget }) =>
          form.setFieldValue("release", { ...release, onSignOut: currentTarget.checked })
        }
      />
    </>
  );
}

const DAYS_WIDTH = 180;

interface KeepingProps extends InputsProps {
  readonly configuredKeepAuditMs: number | null;
}

export function KeepingInputs({ form, configuredKeepAuditMs }: KeepingProps) {
  const days = {
    suffix: ` ${settingsText.days}`,
    allowDecimal: false,
    allowNegative: false,
    styles: { wrapper: { width: DAYS_WIDTH } },
  };
  return (
    <>
      <NumberInput
        label={settingsText.keepSessions}
        description={settingsText.keepSessionsHint}
        {...days}
        {...form.getInputProps("keepSessionsDays")}
      />
      {configuredKeepAuditMs !== null ? (
        <Input.Wrapper label={settingsText.keepAudit}>
          <p className="dg-settings-fixed">
            {settingsText.keepAuditByFile(spellDuration(configuredKeepAuditMs))}
          </p>
        </Input.Wrapper>
      ) : (
        <>
          <Checkbox
            label={settingsText.keepAuditForever}
            {...form.getInputProps("keepsAuditForever", { type: "checkbox" })}
          />
          {!form.values.keepsAuditForever && (
            <NumberInput
              label={settingsText.keepAudit}
              description={settingsText.keepAuditHint}
              {...days}
              {...form.getInputProps("keepAuditDays")}
            />
          )}
        </>
      )}
    </>
  );
}
