/*
 * Two modes about opening tunnels: `idle` looks at the memory of tunnels that have carried one small frame each way,
 * `setup` at the CPU time of set-ups. Tunnels stay open to the end, as after all viewers of a site came back at once.
 */
#include "load.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { WARM_TUNNELS = 20, TOGETHER = 8, FRAME_BYTES = 12 };

static void on_target_ready(struct target *target, uint32_t events) {
  uint8_t room[256];
  (void)events;
  ssize_t length = recv(target->source.fd, room, sizeof room, 0);
  if (length == 0 || (length < 0 && errno != EAGAIN)) fail("target %u: the relay hung up", target->index);
}

static void on_viewer_bytes(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  (void)bytes;
  fail("tunnel %u: %zu bytes after the greeting", viewer->index, length);
}

static void open_and_use(unsigned total) {
  static const uint8_t frame[FRAME_BYTES];
  unsigned from = viewers_open;
  viewer_open_until(total, TOGETHER);
  for (unsigned i = from; i < total; i++)
    if (!viewer_send(&viewers[i], frame, sizeof frame)) fail("tunnel %u takes nothing", i);
}

static int run_idle(void) {
  open_and_use(WARM_TUNNELS);
  loop_until(now_ns() + (uint64_t)(options.warm_seconds * 1e9));
  long before = relay_pss_kb();
  open_and_use(options.tunnels);
  struct usage begin = usage_now();
  loop_until(begin.at_ns + (uint64_t)(options.window_seconds * 1e9));
  long after = relay_pss_kb();
  print_usage(begin, usage_now());
  printf(",\"opened\":%u,\"pssBeforeKb\":%ld,\"pssAfterKb\":%ld}\n", options.tunnels - WARM_TUNNELS, before, after);
  return 0;
}

/* The first half warms up: compilers of the relay, caches. */
static int run_setup(void) {
  unsigned warm = options.tunnels / 2;
  viewer_open_until(warm, TOGETHER);
  struct usage begin = usage_now();
  viewer_open_until(options.tunnels, TOGETHER);
  print_usage(begin, usage_now());
  printf(",\"opened\":%u}\n", options.tunnels - warm);
  return 0;
}

const struct mode mode_idle = {"idle", run_idle, on_target_ready, on_viewer_bytes, NULL};
const struct mode mode_setup = {"setup", run_setup, on_target_ready, on_viewer_bytes, NULL};
