/** Adding a group, and changing its name and members. */
import { type Group as PeopleGroup, ROUTES } from "@deskgate/contract";
import { Modal, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { problemsBySchema, problemsOfRefusal } from "../../api/field-problems.ts";
import { useCreateGroup, useUpdateGroup } from "../../api/users.ts";
import { FormActions } from "../../parts/form-actions.tsx";
import { UsersPicker } from "../../parts/pickers.tsx";
import { groupsText } from "../../text/groups.ts";

interface GroupFields {
  readonly name: string;
  readonly memberIds: string[];
}

export function AddGroupDialog({ onClose }: { readonly onClose: () => void }) {
  const createGroup = useCreateGroup();
  return (
    <GroupForm
      title={groupsText.addTitle}
      initial={{ name: "", memberIds: [] }}
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

export function EditGroupDialog({ group: { id, name, memberIds }, onClose }: EditGroupDialogProps) {
  const updateGroup = useUpdateGroup();
  return (
    <GroupForm
      title={groupsText.editTitle(name)}
      initial={{ name, memberIds }}
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
}

function GroupForm({ title, initial, change, onSend, onClose, label }: GroupFormProps) {
  const form = useForm<GroupFields>({
    initialValues: initial,
    validate: (fields) => problemsBySchema(ROUTES.createGroup.body, fields),
  });
  const answers = {
    onSuccess: onClose,
    onError: (error: unknown) => form.setErrors(problemsOfRefusal(error)),
  };
  return (
    <Modal opened onClose={onClose} title={title}>
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
          <FormActions
            change={change}
            isShownAtField={Object.keys(form.errors).length > 0}
            onCancel={onClose}
            {...(label !== undefined && { label })}
          />
        </Stack>
      </form>
    </Modal>
  );
}
