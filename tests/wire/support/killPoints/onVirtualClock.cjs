"use strict";
// Runs in Pulumi's dynamic-provider process: the package's own entry, whose clock is that of a test in another process. Resources that
// belong to different clocks may be at work at the same time, so each call carries its own.
const { AsyncLocalStorage } = require("node:async_hooks");
const path = require("node:path");

const { v1 } = require("pulumi-backup-policies/provider");
const provider = path.dirname(require.resolve("pulumi-backup-policies/provider"));
const { systemClock } = require(path.join(provider, "core", "clock.js"));

const current = new AsyncLocalStorage();
/** Milliseconds since the epoch, by the name of the clock. */
const times = new Map();
const asked = new Map();
let lastId = 0;

process.on("message", ({ id, clock, now }) => {
  times.set(clock, now);
  asked.get(id)?.();
  asked.delete(id);
});
// Pulumi waits for the process to end by itself.
process.channel.unref();

/** Lets this much time pass, and returns when it has. */
const pass = (clock, ms) =>
  new Promise((resolve) => {
    lastId += 1;
    asked.set(lastId, resolve);
    process.send({ id: lastId, clock, ms });
  });

systemClock.now = () => times.get(current.getStore()) ?? Date.now();
systemClock.sleep = (ms) => pass(current.getStore(), ms);
systemClock.random = () => 0.5;

/** A provider as `v1(type)` makes it, on the clock of this name. */
module.exports = (type, clock) => {
  const inner = v1(type);
  const onClock =
    (method) =>
    async (...bags) => {
      await pass(clock, 0);
      return current.run(clock, () => inner[method](...bags));
    };
  const methods = ["configure", "check", "diff", "create", "read", "update", "delete"];
  return Object.fromEntries(methods.map((method) => [method, onClock(method)]));
};
