/** Somebody else was quicker: says so in the form, and leaves the choice to the person. */
import { Alert, Button, Group, Text } from "@mantine/core";
import { TbArrowBackUp, TbUsers } from "react-icons/tb";
import { collisionText } from "../text/collision.ts";
import { FormProblem } from "./form-problem.tsx";
import type { Collision } from "./use-editing.ts";

export function CollisionNotice({ collision }: { readonly collision: Collision }) {
  if (collision.at === "theirs-shown")
    return (
      <Alert
        role="status"
        color="petrol"
        icon={<TbUsers size={18} />}
        title={collisionText.theirsTitle}
        data-testid="theirs-shown"
      >
        <Text size="sm">{collisionText.theirsHint}</Text>
        <Button
          mt="xs"
          size="xs"
          variant="default"
          leftSection={<TbArrowBackUp size={15} />}
          onClick={collision.backToMine}
          data-testid="back-to-mine"
        >
          {collisionText.backToMine}
        </Button>
      </Alert>
    );
  const { isBusy, error, showTheirs, overwrite } = collision;
  return (
    <>
      <Alert
        role="alert"
        color="yellow"
        icon={<TbUsers size={18} />}
        title={collisionText.title}
        data-testid="collision"
      >
        <Text size="sm">{collisionText.hint}</Text>
        <Group gap="xs" mt="xs">
          <Button size="xs" variant="default" loading={isBusy} onClick={showTheirs} data-testid="show-theirs">
            {collisionText.showTheirs}
          </Button>
          <Button
            size="xs"
            variant="default"
            loading={isBusy}
            onClick={overwrite}
            data-testid="overwrite-theirs"
          >
            {collisionText.overwrite}
          </Button>
        </Group>
      </Alert>
      {error !== null && <FormProblem error={error} />}
    </>
  );
}
