/* WebSocket frames as a browser sends and receives them (RFC 6455 section 5): masked out, unmasked in. */
#include "load.h"
#include <string.h>

enum { OPCODE_BINARY = 2, OPCODE_CLOSE = 8, OPCODE_PING = 9, OPCODE_PONG = 10 };
static const uint8_t mask[4] = {0x5a, 0xc3, 0x96, 0x0f};

/* Writes one final frame to `out`, which has room for FRAME_HEADER_MOST more than the payload; returns its length. */
size_t frame_encode(uint8_t *out, uint8_t opcode, const uint8_t *payload, size_t length) {
  size_t at = 2;
  out[0] = (uint8_t)(0x80 | opcode);
  if (length < 126) {
    out[1] = (uint8_t)(0x80 | length);
  } else if (length < 65536) {
    out[1] = 0x80 | 126;
    out[at++] = (uint8_t)(length >> 8);
    out[at++] = (uint8_t)length;
  } else {
    out[1] = 0x80 | 127;
    for (int shift = 56; shift >= 0; shift -= 8) out[at++] = (uint8_t)((uint64_t)length >> shift);
  }
  memcpy(out + at, mask, 4);
  at += 4;
  for (size_t i = 0; i < length; i++) out[at + i] = payload[i] ^ mask[i & 3];
  return at + length;
}

static uint64_t payload_length(const struct frame_reader *frame) {
  uint8_t brief = frame->header[1] & 127;
  if (brief < 126) return brief;
  uint64_t length = 0;
  for (int i = 2; i < frame->need; i++) length = length << 8 | frame->header[i];
  return length;
}

static void end_control(struct viewer *viewer) {
  struct frame_reader *frame = &viewer->frame;
  uint8_t opcode = frame->header[0] & 15;
  if (opcode == OPCODE_CLOSE) fail("tunnel %u was closed by the relay", viewer->index);
  if (opcode != OPCODE_PING) return;
  uint8_t pong[FRAME_HEADER_MOST + sizeof frame->control];
  size_t length = frame_encode(pong, OPCODE_PONG, frame->control, frame->control_have);
  SSL_write(viewer->ssl, pong, (int)length); /* a lost pong is harmless */
}

static void begin_frame(struct viewer *viewer) {
  struct frame_reader *frame = &viewer->frame;
  frame->left = payload_length(frame);
  frame->have = 0;
  frame->control_have = 0;
  if (frame->header[0] & 8 && frame->left > sizeof frame->control) fail("control frame is too long");
  if (frame->header[0] & 8 && frame->left == 0) end_control(viewer);
}

static void take_header(struct viewer *viewer, uint8_t byte) {
  struct frame_reader *frame = &viewer->frame;
  if (frame->have == 0) frame->need = 2;
  frame->header[frame->have++] = byte;
  if (frame->have == 2) {
    uint8_t brief = byte & 127;
    frame->need = brief == 127 ? 10 : brief == 126 ? 4 : 2;
  }
  if (frame->have == frame->need) begin_frame(viewer);
}

static size_t take_payload(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  struct frame_reader *frame = &viewer->frame;
  size_t piece = frame->left < length ? (size_t)frame->left : length;
  frame->left -= piece;
  if (frame->header[0] & 8) {
    memcpy(frame->control + frame->control_have, bytes, piece);
    frame->control_have = (uint8_t)(frame->control_have + piece);
    if (frame->left == 0) end_control(viewer);
  } else {
    viewer_payload(viewer, bytes, piece);
  }
  return piece;
}

void frame_feed(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  for (size_t at = 0; at < length;) {
    if (viewer->frame.left > 0) at += take_payload(viewer, bytes + at, length - at);
    else take_header(viewer, bytes[at++]);
  }
}
