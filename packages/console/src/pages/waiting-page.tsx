/** Before it is known who is signed in, on a slow network. */
import { Loader } from "@mantine/core";
import { Lonely } from "../parts/lonely.tsx";
import { shellText } from "../text/shell.ts";

export function WaitingPage() {
  return (
    <Lonely>
      <Loader size={30} aria-label={shellText.loading} />
    </Lonely>
  );
}
