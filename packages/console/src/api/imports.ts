/** Many things at once, from files. */
import { type ImportKind, ROUTES } from "@deskgate/contract";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { call } from "./call.ts";

/** The text of a CSV file per kind. */
export type ImportFiles = Readonly<Partial<Record<ImportKind, string>>>;

export function useImport() {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: ({ files, isDryRun }: { files: ImportFiles; isDryRun: boolean }) => {
      const query = { kind: "site", dryRun: isDryRun ? "true" : "false" } as const;
      // The route takes an upload instead of a body; as JSON both are sent alike.
      return call(ROUTES.createImport, { query, body: files } as never);
    },
    onSuccess: ({ isDone }) => (isDone ? queryClient.invalidateQueries() : undefined),
  });
}
