/** Adding a machine, and changing one. */

import { type Machine, ROUTES } from "@deskgate/contract";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { isApiError } from "../../api/api-error.ts";
import { type FieldProblems, problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { readMachine, useCreateEntitlement, useCreateMachine, useUpdateMachine } from "../../api/machines.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { entitledOf } from "../../parts/people.ts";
import { PeoplePicker } from "../../parts/pickers.tsx";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { useEditing } from "../../parts/use-editing.ts";
import { machinesText } from "../../text/machines.ts";
import { fieldsOf, formOf, INPUT_OF_FIELD, type MachineForm, NEW_MACHINE } from "./machine-fields.ts";
import { MachineInputs } from "./machine-inputs.tsx";
import "./machines.css";

export function AddMachineDialog({ onClose }: { readonly onClose: () => void }) {
  const createMachine = useCreateMachine();
  const entitle = useEntitleAll();
  const form = useMachineForm(NEW_MACHINE);
  const submit = form.onSubmit((values) =>
    createMachine.mutate(fieldsOf(values), {
      onSuccess: (machine) => {
        notifications.show({ message: machinesText.added(machine.name) });
        entitle(machine.poolId, values.people);
        onClose();
      },
      onError: (error) => form.setErrors(problemsAtInputs(error)),
    }),
  );
  return (
    <DialogForm
      title={machinesText.addTitle}
      size="lg"
      form={form}
      submit={submit}
      change={createMachine}
      label={machinesText.add}
      onClose={onClose}
    >
      <MachineInputs form={form} stored={[]} />
      <PeoplePicker
        label={machinesText.whoMayUse}
        description={machinesText.whoMayUseHint}
        {...form.getInputProps("people")}
      />
    </DialogForm>
  );
}

interface EditMachineDialogProps {
  readonly machine: Machine;
  readonly onClose: () => void;
}

export function EditMachineDialog({ machine, onClose }: EditMachineDialogProps) {
  const updateMachine = useUpdateMachine();
  const form = useMachineForm(formOf(machine));
  const { submit, collision } = useEditing({
    ...{ thing: machine, read: readMachine, form, formOf, change: updateMachine },
    send: (values, ifVersion) =>
      updateMachine.mutate(
        { id: machine.id, changes: fieldsOf(values), ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsAtInputs(error)) },
      ),
  });
  return (
    <DialogForm
      title={machinesText.editTitle(machine.name)}
      size="lg"
      form={form}
      submit={submit}
      change={updateMachine}
      collision={collision}
      onClose={onClose}
    >
      <MachineInputs form={form} stored={machine.protocols} />
    </DialogForm>
  );
}

function useMachineForm(initialValues: MachineForm) {
  return useForm<MachineForm>({
    initialValues,
    validate: (values) => atInputs(problemsBySchema(ROUTES.createMachine.body, fieldsOf(values))),
  });
}

function atInputs(problems: FieldProblems): FieldProblems {
  return Object.fromEntries(
    Object.entries(problems).map(([field, problem]) => [INPUT_OF_FIELD[field] ?? field, problem]),
  );
}

function problemsAtInputs(error: unknown): FieldProblems {
  const named = problemsOfRefusal(error, INPUT_OF_FIELD);
  const isAddress = isApiError(error, "machine_address_refused");
  return isAddress ? { host: sentenceOf(error), ...named } : named;
}

/** Lets the chosen people use a machine that was just made. Failures are told; Access shows what is missing. */
function useEntitleAll(): (poolId: string, people: readonly string[]) => void {
  const { mutateAsync } = useCreateEntitlement();
  return (poolId, people) => {
    for (const value of people)
      mutateAsync({ poolId, ...entitledOf(value) }).catch((error: unknown) =>
        notifications.show({ color: "red", message: sentenceOf(error) }),
      );
  };
}
