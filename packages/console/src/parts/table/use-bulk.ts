/** The same change for many rows, one after another; who could not be changed stays selected, with the reason told. */
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { tableText } from "../../text/table.ts";
import { sentenceOf } from "../sentence-of.ts";

export function useBulk<Row>(change: (row: Row) => Promise<unknown>) {
  return useMutation({
    mutationFn: async (rows: readonly Row[]) => {
      const failures: unknown[] = [];
      // One after another: each may be refused for what the one before has done, as with the last administrator.
      for (const row of rows) await change(row).catch((error: unknown) => failures.push(error));
      return { done: rows.length - failures.length, failures };
    },
    onSuccess: ({ done, failures }) => {
      if (done > 0) notifications.show({ message: tableText.bulkDone(done) });
      if (failures.length > 0)
        notifications.show({
          color: "red",
          message: tableText.bulkFailed(failures.length, sentenceOf(failures[0])),
        });
    },
  });
}
