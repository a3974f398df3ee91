/** Long lists a part at a time, so that one caller's work does not keep the frames and requests of others waiting. */
import { setImmediate as nextTurn } from "node:timers/promises";

// LIMIT: items between two turns of the event loop; even slow ones take no more than a few milliseconds together.
const ITEMS_PER_TURN = 250;

/** The items in their order, with a turn for everybody else after each part. */
export async function* inTurns<Item>(
  items: readonly Item[],
  itemsPerTurn = ITEMS_PER_TURN,
): AsyncGenerator<readonly Item[]> {
  for (let begin = 0; begin < items.length; begin += itemsPerTurn) {
    if (0 < begin) await nextTurn();
    yield items.slice(begin, begin + itemsPerTurn);
  }
}
