/** Adding a group, and changing its name and members. */

import { type Group as PeopleGroup, ROUTES } from "@deskgate/contract";
import { MultiSelect, TextInput } from "@mantine/core";
import { type UseFormReturnType, useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { isApiError } from "../../api/api-error.ts";
import { type FieldProblems, problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { groupsQuery, readGroup, useCreateGroup, useUpdateGroup } from "../../api/users.ts";
import { DialogForm } from "../../parts/dialog-form.tsx";
import { UsersPicker } from "../../parts/pickers.tsx";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { useEditing } from "../../parts/use-editing.ts";
import { groupsText } from "../../text/groups.ts";

interface GroupFields {
  readonly name: string;
  readonly memberIds: string[];
  readonly memberGroupIds: string[];
}

export function AddGroupDialog({ onClose }: { readonly onClose: () => void }) {
  const createGroup = useCreateGroup();
  const form = useGroupForm({ name: "", memberIds: [], memberGroupIds: [] });
  const submit = form.onSubmit((fields) =>
    createGroup.mutate(fields, {
      onSuccess: onClose,
      onError: (error) => form.setErrors(problemsAtInputs(error)),
    }),
  );
  return (
    <DialogForm
      title={groupsText.addTitle}
      form={form}
      submit={submit}
      change={createGroup}
      label={groupsText.add}
      onClose={onClose}
    >
      <GroupInputs form={form} />
    </DialogForm>
  );
}

interface EditGroupDialogProps {
  readonly group: PeopleGroup;
  readonly onClose: () => void;
}

export function EditGroupDialog({ group, onClose }: EditGroupDialogProps) {
  const updateGroup = useUpdateGroup();
  const form = useGroupForm(formOf(group));
  const { submit, collision } = useEditing({
    ...{ thing: group, read: readGroup, form, formOf, change: updateGroup },
    send: (fields, ifVersion) =>
      updateGroup.mutate(
        { id: group.id, fields, ifVersion },
        { onSuccess: onClose, onError: (error) => form.setErrors(problemsAtInputs(error)) },
      ),
  });
  return (
    <DialogForm
      title={groupsText.editTitle(group.name)}
      form={form}
      submit={submit}
      change={updateGroup}
      collision={collision}
      onClose={onClose}
    >
      <GroupInputs form={form} self={group.id} />
    </DialogForm>
  );
}

function useGroupForm(initialValues: GroupFields) {
  return useForm<GroupFields>({
    initialValues,
    validate: (fields) => problemsBySchema(ROUTES.createGroup.body, fields),
  });
}

function formOf({ name, memberIds, memberGroupIds }: PeopleGroup): GroupFields {
  return { name, memberIds, memberGroupIds };
}

function problemsAtInputs(error: unknown): FieldProblems {
  return isApiError(error, "group_cycle") ? { memberGroupIds: sentenceOf(error) } : problemsOfRefusal(error);
}

interface GroupInputsProps {
  readonly form: UseFormReturnType<GroupFields>;
  /** The group itself, which cannot be inside itself. */
  readonly self?: string;
}

function GroupInputs({ form, self }: GroupInputsProps) {
  const { data: groups } = useQuery(groupsQuery);
  const others = groups?.items.filter(({ id }) => id !== self) ?? [];
  const { memberIds, memberGroupIds } = form.values;
  return (
    <>
      <TextInput label={groupsText.name} data-autofocus autoComplete="off" {...form.getInputProps("name")} />
      <UsersPicker
        label={groupsText.memberField}
        {...(memberIds.length === 0 && { placeholder: groupsText.membersPlaceholder })}
        {...form.getInputProps("memberIds")}
      />
      {others.length > 0 && (
        <MultiSelect
          label={groupsText.groupField}
          description={groupsText.groupHint}
          data={others.map(({ id, name }) => ({ value: id, label: name }))}
          searchable
          {...(memberGroupIds.length === 0 && { placeholder: groupsText.groupsPlaceholder })}
          {...form.getInputProps("memberGroupIds")}
        />
      )}
    </>
  );
}
