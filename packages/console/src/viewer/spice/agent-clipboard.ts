/**
 * Text by the SPICE agent's clipboard. spice-html5 has none and drops the agent's words about it, so they are heard and
 * said here, through its main channel.
 *
 * Text is fetched as soon as the machine has some, and given when the machine asks for it. What policy forbids is stopped
 * at the gateway, too.
 */
import type { Policy } from "@deskgate/contract";
import {
  AgentReader,
  type AgentWord,
  encodeAgentCapabilities,
  encodeText,
  encodeTextGrab,
  encodeTextRequest,
  MAX_AGENT_TEXT_BYTES,
  SPICE_AGENT,
  SPICE_AGENT_CAPABILITY,
} from "@deskgate/wire";
import type { SpiceMainConn } from "@spice-project/spice-html5/src/main.js";

/** SPICE_MSG_MAIN_AGENT_DATA. */
const AGENT_DATA = 109;
const { mouseState, monitorsConfig, reply, clipboardByDemand } = SPICE_AGENT_CAPABILITY;
const CAPABILITIES = mouseState | monitorsConfig | reply | clipboardByDemand;

export class AgentClipboard {
  readonly #connection: SpiceMainConn;
  readonly #policy: Policy;
  readonly #onText: (text: string) => void;
  readonly #reader = new AgentReader();
  #ours = new Uint8Array(0);

  constructor(connection: SpiceMainConn, policy: Policy, onText: (text: string) => void) {
    this.#connection = connection;
    this.#policy = policy;
    this.#onText = onText;
    const others = connection.process_channel_message.bind(connection);
    connection.process_channel_message = (message) => {
      if (message.type !== AGENT_DATA) return others(message);
      for (const word of this.#reader.feed(new Uint8Array(message.data))) this.#hear(word);
      return true;
    };
    // The library's own announcement knows no clipboard.
    connection.announce_agent_capabilities = (isAsking) =>
      this.#say(SPICE_AGENT.capabilities, encodeAgentCapabilities(isAsking !== 0, CAPABILITIES));
  }

  /** Text beyond what agents take is left out rather than cut. */
  offer(text: string): void {
    const bytes = new TextEncoder().encode(text);
    if (!this.#policy.clipboardToMachine || MAX_AGENT_TEXT_BYTES < bytes.length) return;
    this.#ours = bytes;
    this.#say(SPICE_AGENT.grab, encodeTextGrab());
  }

  #hear(word: AgentWord): void {
    switch (word.type) {
      case "capabilities":
        if (word.isAsking) this.#connection.announce_agent_capabilities(0);
        return;
      case "grab":
        if (word.hasText && this.#policy.clipboardFromMachine)
          this.#say(SPICE_AGENT.request, encodeTextRequest());
        return;
      case "text":
        if (this.#policy.clipboardFromMachine) this.#onText(new TextDecoder().decode(word.utf8));
        return;
      case "request":
        // Who asks waits for an answer, even an empty one.
        this.#say(SPICE_AGENT.clipboard, encodeText(word.isForText ? this.#ours : new Uint8Array(0)));
    }
  }

  #say(type: number, bytes: Uint8Array): void {
    this.#connection.send_agent_message(type, {
      buffer_size: () => bytes.length,
      to_buffer: (buffer, at = 0) => new Uint8Array(buffer, at).set(bytes),
    });
  }
}
