/** Adding a pool, changing one, and saying which machines it hands out. */

import { DEFAULT_RELEASE, type Pool, ROUTES } from "@deskgate/contract";
import { Checkbox, Input, NativeSelect, SegmentedControl, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { readPool, useCreatePool, useSetPoolMachines, useUpdatePool } from "../../api/pools.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { MachinesPicker } from "../../parts/machines-picker.tsx";
import { useEditing } from "../../parts/use-editing.ts";
import { poolsText } from "../../text/pools.ts";
import { afterDisconnectOf, choiceOfRelease, releaseChoices, SITE_DEFAULT } from "./release.ts";

interface PoolForm {
  readonly name: string;
  readonly description: string;
  readonly kind: "dedicated" | "floating";
  readonly machineIds: string[];
  readonly release: string;
  readonly onSignOut: boolean;
}

export function AddPoolDialog({ onClose }: { readonly onClose: () => void }) {
  const createPool = useCreatePool();
  const form = useForm<PoolForm>({
    initialValues: {
      name: "",
      description: "",
      kind: "floating",
      machineIds: [],
      release: SITE_DEFAULT,
      onSignOut: DEFAULT_RELEASE.onSignOut,
    },
    validate: (fields) => problemsBySchema(ROUTES.createPool.body, fieldsOf(fields)),
  });
  const submit = form.onSubmit((fields) =>
    createPool.mutate(fieldsOf(fields), {
      onSuccess: ({ name }) => {
        notifications.show({ message: poolsText.added(name) });
        onClose();
      },
      onError: (error) => form.setErrors(problemsOfRefusal(error)),
    }),
  );
  return (
    <DialogForm
      title={poolsText.addTitle}
      size="lg"
      form={form}
      submit={submit}
      change={createPool}
      label={poolsText.add}
      onClose={onClose}
    >
      <NameInputs form={form} />
      <Input.Wrapper label={poolsText.kind} description={poolsText.kindHints[form.values.kind]}>
        <SegmentedControl
          fullWidth
          mt={5}
          aria-label={poolsText.kind}
          data={(["floating", "dedicated"] as const).map((value) => ({
            value,
            label: poolsText.kinds[value],
          }))}
          {...form.getInputProps("kind")}
          onChange={(kind) => form.setValues(ofKind(kind === "dedicated" ? "dedicated" : "floating"))}
        />
      </Input.Wrapper>
      <MachinesPicker
        label={poolsText.machineField}
        description={poolsText.machineHint}
        {...form.getInputProps("machineIds")}
      />
      <ReleaseInputs form={form} hasSiteDefault={form.values.kind === "floating"} />
    </DialogForm>
  );
}

/** Only floating pools have the site's rule. */
function ofKind(kind: PoolForm["kind"]): Partial<PoolForm> {
  return { kind, release: kind === "floating" ? SITE_DEFAULT : choiceOfRelease(DEFAULT_RELEASE) };
}

function fieldsOf({ name, description, kind, machineIds, release, onSignOut }: PoolForm) {
  const own = { afterDisconnectMs: afterDisconnectOf(release), onSignOut };
  return { name, description, kind, machineIds, release: release === SITE_DEFAULT ? undefined : own };
}

interface PoolDialogProps {
  readonly pool: Pool;
  readonly onClose: () => void;
}

/** Of a pool of one only the release rule can be changed; the rest is its machine's. */
export function EditPoolDialog({ pool, onClose }: PoolDialogProps) {
  const updatePool = useUpdatePool();
  const isOfOne = pool.kind === "machine";
  const form = useForm<PoolForm>({
    initialValues: formOf(pool),
    validate: (fields) => problemsBySchema(ROUTES.updatePool.body, changesOf(fields, isOfOne)),
  });
  const { submit, collision } = useEditing({
    ...{ thing: pool, read: readPool, form, formOf, change: updatePool },
    send: (fields, ifVersion) =>
      updatePool.mutate(
        { id: pool.id, changes: changesOf(fields, isOfOne), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsOfRefusal(error)) },
      ),
  });
  return (
    <DialogForm
      title={poolsText.editTitle(pool.name)}
      form={form}
      submit={submit}
      change={updatePool}
      collision={collision}
      onClose={onClose}
    >
      {!isOfOne && <NameInputs form={form} />}
      <ReleaseInputs form={form} />
    </DialogForm>
  );
}

function formOf({ name, description, kind, machineIds, release }: Pool): PoolForm {
  return {
    ...{ name, description, machineIds },
    kind: kind === "machine" ? "floating" : kind,
    release: choiceOfRelease(release),
    onSignOut: release.onSignOut,
  };
}

function changesOf(form: PoolForm, isOfOne: boolean) {
  const { name, description, release } = fieldsOf(form);
  return isOfOne ? { release } : { name, description, release };
}

export function PoolMachinesDialog({ pool, onClose }: PoolDialogProps) {
  const setMachines = useSetPoolMachines();
  const form = useForm({ initialValues: machinesOf(pool) });
  const { submit, collision } = useEditing({
    ...{ thing: pool, read: readPool, form, formOf: machinesOf, change: setMachines },
    send: ({ machineIds }, ifVersion) =>
      setMachines.mutate({ id: pool.id, machineIds, ifVersion }, { onSuccess: onClose }),
  });
  return (
    <DialogForm
      title={poolsText.machinesTitle(pool.name)}
      size="lg"
      form={form}
      submit={submit}
      change={setMachines}
      collision={collision}
      onClose={onClose}
    >
      <MachinesPicker
        label={poolsText.machineField}
        description={poolsText.machineHint}
        {...form.getInputProps("machineIds")}
      />
    </DialogForm>
  );
}

function machinesOf({ machineIds }: Pool): Pick<PoolForm, "machineIds"> {
  return { machineIds };
}

interface InputsProps {
  readonly form: UseFormReturnType<PoolForm>;
}

function NameInputs({ form }: InputsProps) {
  return (
    <>
      <TextInput label={poolsText.name} autoComplete="off" data-autofocus {...form.getInputProps("name")} />
      <TextInput label={poolsText.description} autoComplete="off" {...form.getInputProps("description")} />
    </>
  );
}

function ReleaseInputs({
  form,
  hasSiteDefault = false,
}: InputsProps & { readonly hasSiteDefault?: boolean }) {
  const { release } = form.values;
  return (
    <>
      <NativeSelect
        label={poolsText.release}
        description={poolsText.releaseHint}
        data={releaseChoices(release, hasSiteDefault)}
        {...form.getInputProps("release")}
      />
      {release !== SITE_DEFAULT && (
        <Checkbox label={poolsText.onSignOut} {...form.getInputProps("onSignOut", { type: "checkbox" })} />
      )}
    </>
  );
}
