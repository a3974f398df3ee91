/** SPNEGO (RFC 4178) around NTLM, as Windows expects it in CredSSP. */
import { DER_TAG, derField, readDerList, readDerOnly } from "../der/read.ts";
import { der, derContext, derOctets, derSequence } from "../der/write.ts";

const SPNEGO_OID = Uint8Array.of(0x2b, 6, 1, 5, 5, 2);
/** 1.3.6.1.4.1.311.2.2.10. */
const NTLM_OID = Uint8Array.of(0x2b, 6, 1, 4, 1, 0x82, 0x37, 2, 2, 0x0a);
const INITIAL_TOKEN = 0x60;
const NEG_TOKEN_RESP = 1;
const RESPONSE_FIELD = { responseToken: 2, mechListMic: 3 } as const;

/** MechTypeList with NTLM alone: what a mechListMIC is computed over. */
export const NTLM_MECHANISMS = derSequence(der(DER_TAG.oid, NTLM_OID));

/** NegTokenInit with the first NTLM message. */
export function wrapFirstToken(token: Uint8Array): Uint8Array {
  const init = derSequence(derContext(0, NTLM_MECHANISMS), derContext(2, derOctets(token)));
  return der(INITIAL_TOKEN, der(DER_TAG.oid, SPNEGO_OID), derContext(0, init));
}

/** NegTokenResp with a later NTLM message. */
export function wrapNextToken(token: Uint8Array, mechListMic: Uint8Array): Uint8Array {
  const response = derSequence(
    derContext(RESPONSE_FIELD.responseToken, derOctets(token)),
    derContext(RESPONSE_FIELD.mechListMic, derOctets(mechListMic)),
  );
  return derContext(NEG_TOKEN_RESP, response);
}

/** The NTLM message in the machine's NegTokenResp, or `undefined` where it is no SPNEGO (some machines answer in bare NTLM). */
export function unwrapToken(token: Uint8Array): Uint8Array | undefined {
  const [outer, ...others] = readDerList(token) ?? [];
  if (!outer || 0 < others.length || outer.tag !== (0xa0 | NEG_TOKEN_RESP)) return undefined;
  const sequence = readDerOnly(outer.content, DER_TAG.sequence);
  const fields = sequence && readDerList(sequence);
  return fields && derField(fields, RESPONSE_FIELD.responseToken, DER_TAG.octetString);
}
