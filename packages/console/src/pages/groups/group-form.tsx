/** Adding a group, and changing its name and members. */

import { type Group as PeopleGroup, ROUTES } from "@deskgate/contract";
import { MultiSelect, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { isApiError } from "../../api/api-error.ts";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { groupsQuery, useCreateGroup, useUpdateGroup } from "../../api/users.ts";
import { Dialog } from "../../parts/dialog.tsx";
import { FormActions } from "../../parts/form-actions.tsx";
import { UsersPicker } from "../../parts/pickers.tsx";
import { sentenceOf } from "../../parts/sentence-of.ts";
import { groupsText } from "../../text/groups.ts";

interface GroupFields {
  readonly name: string;
  readonly memberIds: string[];
  readonly memberGroupIds: string[];
}

export function AddGroupDialog({ onClose }: { readonly onClose: () => void }) {
  const createGroup = useCreateGroup();
  return (
    <GroupForm
      title={groupsText.addTitle}
      initial={{ name: "", memberIds: [], memberGroupIds: [] }}
      change={createGroup}
      onSend={(fields, answers) => createGroup.mutate(fields, answers)}
      onClose={onClose}
      label={groupsText.add}
    />
  );
}

interface EditGroupDialogProps {
  readonly group: PeopleGroup;
  readonly onClose: () => void;
}

export function EditGroupDialog({
  group: { id, name, memberIds, memberGroupIds },
  onClose,
}: EditGroupDialogProps) {
  const updateGroup = useUpdateGroup();
  return (
    <GroupForm
      title={groupsText.editTitle(name)}
      initial={{ name, memberIds, memberGroupIds }}
      self={id}
      change={updateGroup}
      onSend={(fields, answers) => updateGroup.mutate({ id, fields }, answers)}
      onClose={onClose}
    />
  );
}

interface Answers {
  readonly onSuccess: () => void;
  readonly onError: (error: unknown) => void;
}

interface GroupFormProps {
  readonly title: string;
  readonly initial: GroupFields;
  readonly change: { readonly isPending: boolean; readonly error: unknown };
  readonly onSend: (fields: GroupFields, answers: Answers) => void;
  readonly onClose: () => void;
  readonly label?: string;
  /** The group itself, which cannot be inside itself. */
  readonly self?: string;
}

function GroupForm({ title, initial, change, onSend, onClose, label, self }: GroupFormProps) {
  const { data: groups } = useQuery(groupsQuery);
  const others = groups?.items.filter(({ id }) => id !== self) ?? [];
  const form = useForm<GroupFields>({
    initialValues: initial,
    validate: (fields) => problemsBySchema(ROUTES.createGroup.body, fields),
  });
  const answers = {
    onSuccess: onClose,
    onError: (error: unknown) =>
      form.setErrors(
        isApiError(error, "group_cycle") ? { memberGroupIds: sentenceOf(error) } : problemsOfRefusal(error),
      ),
  };
  return (
    <Dialog onClose={onClose} title={title}>
      <form onSubmit={form.onSubmit((fields) => onSend(fields, answers))} noValidate>
        <Stack gap="sm">
          <TextInput
            label={groupsText.name}
            data-autofocus
            autoComplete="off"
            {...form.getInputProps("name")}
          />
          <UsersPicker
            label={groupsText.memberField}
            {...(form.values.memberIds.length === 0 && { placeholder: groupsText.membersPlaceholder })}
            {...form.getInputProps("memberIds")}
          />
          {others.length > 0 && (
            <MultiSelect
              label={groupsText.groupField}
              description={groupsText.groupHint}
              data={others.map(({ id, name }) => ({ value: id, label: name }))}
              searchable
              {...form.getInputProps("memberGroupIds")}
            />
          )}
          <FormActions
            change={change}
            isShownAtField={Object.keys(form.errors).length > 0}
            onCancel={onClose}
            {...(label !== undefined && { label })}
          />
        </Stack>
      </form>
    </Dialog>
  );
}
