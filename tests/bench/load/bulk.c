/*
 * Targets send as fast as the relay takes it. Viewers throw the ciphertext away unread (MSG_TRUNC), so that neither
 * decryption nor copying on the generator's core limits the relay.
 */
#include "load.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { CHUNK_BYTES = 64 * 1024, DRAIN_BYTES = 4 * 1024 * 1024, TOGETHER = 8 };

static uint8_t chunk[CHUNK_BYTES];
static uint64_t received;

static void on_target_ready(struct target *target, uint32_t events) {
  if (!(events & EPOLLOUT)) fail("target %u: the relay hung up", target->index);
  ssize_t sent = send(target->source.fd, chunk, sizeof chunk, MSG_NOSIGNAL);
  if (sent < 0 && errno != EAGAIN) fail("target %u: %s", target->index, strerror(errno));
}

static void on_viewer_ready(struct viewer *viewer, uint32_t events) {
  (void)events;
  ssize_t length = recv(viewer->source.fd, NULL, DRAIN_BYTES, MSG_TRUNC);
  if (0 < length) received += (uint64_t)length;
  else if (length == 0 || errno != EAGAIN) fail("tunnel %u: the relay hung up", viewer->index);
}

static void on_viewer_bytes(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  (void)bytes;
  fail("tunnel %u: %zu bytes before the flood", viewer->index, length);
}

static int run(void) {
  for (size_t i = 0; i < sizeof chunk; i++) chunk[i] = (uint8_t)(i * 31 >> 3);
  viewer_open_until(options.tunnels, TOGETHER);
  for (unsigned i = 0; i < viewer_count; i++) viewers[i].is_raw = true;
  for (unsigned i = 0; i < target_count; i++) loop_watch(&targets[i]->source, EPOLLOUT);
  loop_until(now_ns() + (uint64_t)(options.warm_seconds * 1e9));
  received = 0;
  struct usage begin = usage_now();
  loop_until(begin.at_ns + (uint64_t)(options.window_seconds * 1e9));
  uint64_t bytes = received;
  print_usage(begin, usage_now());
  printf(",\"bytes\":%llu}\n", (unsigned long long)bytes);
  return 0;
}

const struct mode mode_bulk = {"bulk", run, on_target_ready, on_viewer_bytes, on_viewer_ready};
