/** Why a form was not accepted, where no single field is to blame. */
import { Alert } from "@mantine/core";
import { TbAlertTriangle } from "react-icons/tb";
import { sentenceOf } from "./sentence-of.ts";

export function FormProblem({ error }: { readonly error: unknown }) {
  return (
    <Alert role="alert" color="red" variant="light" icon={<TbAlertTriangle size={18} />}>
      {sentenceOf(error)}
    </Alert>
  );
}
