/**
 * Changing one thing that somebody else may change meanwhile.
 *
 * The form rests on the version it was opened with. INVARIANT: where another version is there by then, nothing is
 * written until the person has said whose is to stand.
 */
import type { UseFormReturnType } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import { isApiError } from "../api/api-error.ts";

interface Versioned {
  readonly id: string;
  readonly version: number;
}

interface EditingOptions<Thing extends Versioned, Values> {
  readonly thing: Thing;
  /** Asks for the thing as it is now. */
  readonly read: (id: string) => Promise<Thing>;
  readonly form: UseFormReturnType<Values>;
  readonly formOf: (thing: Thing) => Values;
  readonly change: { readonly error: unknown; readonly reset: () => void };
  readonly send: (values: Values, ifVersion: number) => void;
}

/** `collided`: refused, because theirs is newer. `theirs-shown`: the form shows theirs, mine is put aside. */
export type Collision =
  | {
      readonly at: "collided";
      readonly isBusy: boolean;
      /** Why theirs could not be asked for. */
      readonly error: unknown;
      readonly showTheirs: () => void;
      readonly overwrite: () => void;
    }
  | { readonly at: "theirs-shown"; readonly backToMine: () => void };

interface Editing {
  readonly submit: ReturnType<UseFormReturnType<unknown>["onSubmit"]>;
  readonly collision: Collision | undefined;
}

export function useEditing<Thing extends Versioned, Values>(options: EditingOptions<Thing, Values>): Editing {
  const { thing, read, form, formOf, change, send } = options;
  const [version, setVersion] = useState(thing.version);
  const [mine, setMine] = useState<Values>();
  const latest = useMutation({ mutationFn: () => read(thing.id) });
  const submitOver = (ifVersion: number) => form.onSubmit((values) => send(values, ifVersion));
  const showTheirs = () =>
    latest.mutate(undefined, {
      onSuccess: (theirs) => {
        setVersion(theirs.version);
        setMine(form.getValues());
        form.setValues(formOf(theirs));
        change.reset();
      },
    });
  // Over the version that is there now and no later one: a third change is a new collision.
  const overwrite = () =>
    latest.mutate(undefined, {
      onSuccess: (theirs) => {
        setVersion(theirs.version);
        submitOver(theirs.version)();
      },
    });
  const backToMine = (values: Values) => {
    setMine(undefined);
    form.setValues(values);
  };
  const { isPending: isBusy, error } = latest;
  return {
    submit: submitOver(version),
    collision: isApiError(change.error, "version_stale")
      ? { at: "collided", isBusy, error, showTheirs, overwrite }
      : mine === undefined
        ? undefined
        : { at: "theirs-shown", backToMine: () => backToMine(mine) },
  };
}
