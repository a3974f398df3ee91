/*
 * Many desktops in use: every tunnel carries 30 messages a second each way, 1500 bytes down and 40 bytes up, spread
 * evenly over time, which is the worst case for batching. Each message carries the time it was sent.
 *
 * A message that is due is sent at once, however late the loop is, and stamped then; `late` tells how late that was.
 */
#include "load.h"
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

enum { DOWN_BYTES = 1500, UP_BYTES = 40, PER_SECOND = 30, TOGETHER = 16, ROOM = 65536 };

struct samples {
  uint32_t *ns;
  size_t count, room;
};
static struct samples down, up, late;
static bool is_measuring;
static uint64_t blocked; /* messages that the socket did not take whole */
static uint8_t down_message[DOWN_BYTES], up_message[UP_BYTES];

static void keep(struct samples *samples, uint64_t ns) {
  if (is_measuring && samples->count < samples->room)
    samples->ns[samples->count++] = ns < UINT32_MAX ? (uint32_t)ns : UINT32_MAX;
}

static void reserve(struct samples *samples, size_t room) {
  *samples = (struct samples){.ns = malloc(room * sizeof *samples->ns), .room = room};
  if (!samples->ns) fail("out of memory");
}

static void feed(struct meter *meter, const uint8_t *bytes, size_t length, size_t message_bytes, struct samples *samples) {
  uint64_t now = now_ns();
  while (0 < length) {
    size_t piece = message_bytes - meter->have;
    if (length < piece) piece = length;
    if (meter->have < sizeof meter->stamp) {
      size_t stamp = sizeof meter->stamp - meter->have;
      memcpy(meter->stamp + meter->have, bytes, piece < stamp ? piece : stamp);
    }
    meter->have += (uint32_t)piece;
    bytes += piece;
    length -= piece;
    if (meter->have < message_bytes) return;
    uint64_t sent;
    memcpy(&sent, meter->stamp, sizeof sent);
    keep(samples, now - sent);
    meter->have = 0;
  }
}

static void on_target_ready(struct target *target, uint32_t events) {
  static uint8_t room[ROOM];
  (void)events;
  ssize_t length = recv(target->source.fd, room, sizeof room, 0);
  if (length == 0 || (length < 0 && errno != EAGAIN)) fail("target %u: the relay hung up", target->index);
  if (0 < length) feed(&target->meter, room, (size_t)length, UP_BYTES, &up);
}

static void on_viewer_bytes(struct viewer *viewer, const uint8_t *bytes, size_t length) {
  feed(&viewer->meter, bytes, length, DOWN_BYTES, &down);
}

static void send_down(struct target *target) {
  uint64_t now = now_ns();
  memcpy(down_message, &now, sizeof now);
  if (send(target->source.fd, down_message, DOWN_BYTES, MSG_NOSIGNAL) != DOWN_BYTES) blocked++;
}

static void send_up(struct viewer *viewer) {
  uint64_t now = now_ns();
  memcpy(up_message, &now, sizeof now);
  if (!viewer_send(viewer, up_message, UP_BYTES)) blocked++;
}

/* Sends what is due until `end`; `turn` counts messages from the beginning, one down and one up alternating. */
static void keep_pace(uint64_t began, uint64_t *turn, uint64_t end) {
  uint64_t interval = 1000000000ull / (2ull * PER_SECOND * options.tunnels);
  for (;;) {
    uint64_t now = now_ns(), due = began + *turn * interval;
    if (end <= now) return;
    if (now < due) {
      loop_turn((int64_t)(due - now));
      continue;
    }
    keep(&late, now - due);
    uint32_t index = (uint32_t)(*turn / 2 % options.tunnels);
    if (*turn % 2) send_up(&viewers[index]);
    else send_down(targets[index]);
    if (++*turn % 8 == 0) loop_turn(0); /* a late loop must not starve the receivers */
  }
}

static void print_samples(const char *name, struct samples *samples) {
  double p50 = percentile_ns(samples->ns, samples->count, 0.5), p99 = percentile_ns(samples->ns, samples->count, 0.99);
  printf(",\"%s\":{\"count\":%zu,\"p50Us\":%.1f,\"p99Us\":%.1f,\"maxUs\":%.1f}", name, samples->count, p50 / 1e3, p99 / 1e3,
         percentile_ns(samples->ns, samples->count, 1) / 1e3);
}

static int run(void) {
  size_t room = (size_t)(options.window_seconds * 1.5 * PER_SECOND * options.tunnels) + 1000;
  reserve(&down, room);
  reserve(&up, room);
  reserve(&late, 2 * room);
  viewer_open_until(options.tunnels, TOGETHER);
  uint64_t turn = 0, began = now_ns();
  keep_pace(began, &turn, began + (uint64_t)(options.warm_seconds * 1e9));
  blocked = 0;
  struct usage begin = usage_now();
  is_measuring = true;
  keep_pace(began, &turn, begin.at_ns + (uint64_t)(options.window_seconds * 1e9));
  is_measuring = false;
  struct usage end = usage_now();
  print_usage(begin, end);
  printf(",\"messages\":%zu,\"expected\":%.0f,\"blocked\":%llu", down.count + up.count,
         2.0 * PER_SECOND * options.tunnels * (double)(end.at_ns - begin.at_ns) / 1e9, (unsigned long long)blocked);
  print_samples("down", &down);
  print_samples("up", &up);
  print_samples("late", &late);
  printf("}\n");
  return 0;
}

const struct mode mode_interactive = {"interactive", run, on_target_ready, on_viewer_bytes, NULL};
