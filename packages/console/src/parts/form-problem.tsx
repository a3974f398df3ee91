/** Why a form was not accepted, where no single field is to blame. */
import { Alert } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { sentenceOf } from "./sentence-of.ts";

export function FormProblem({ error }: { readonly error: unknown }) {
  return (
    <Alert role="alert" color="red" variant="light" icon={<IconAlertTriangle size={18} />}>
      {sentenceOf(error)}
    </Alert>
  );
}
