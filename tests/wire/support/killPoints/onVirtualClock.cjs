"use strict";
// Runs in Pulumi's dynamic-provider process: the package's own entry, whose clock is that of a test in another process. Resources that
// belong to different clocks may be at work at the same time, so each call carries its own. The test lets time pass when a call has
// no request on its way and only sleeps, in whatever number of branches.
const { AsyncLocalStorage } = require("node:async_hooks");
const path = require("node:path");

const { v1 } = require("pulumi-backup-policies/provider");
const provider = path.dirname(require.resolve("pulumi-backup-policies/provider"));
const { systemClock } = require(path.join(provider, "core", "clock.js"));
const transport = require(path.join(provider, "core", "undiciTransport.js"));

/** The call of a provider that is at work: `{ id, clock, now, requests, sleeps }`, times in milliseconds since the epoch. */
const current = new AsyncLocalStorage();
const runs = new Set();
let lastId = 0;

process.on("message", ({ clock, now }) => {
  for (const run of [...runs].filter((each) => each.clock === clock)) {
    run.now = now;
    run.begin();
    for (const sleep of [...run.sleeps].filter(({ until }) => until <= now)) {
      run.sleeps.delete(sleep);
      sleep.wake();
    }
    tellIfAsleep(run);
  }
});
// Pulumi waits for the process to end by itself.
process.channel.unref();

const tell = ({ id, clock }, what, more) => process.send({ run: id, clock, what, ...more });

/** After everything that follows at once from what has just happened. */
const tellIfAsleep = (run) =>
  setImmediate(() => {
    if (!runs.has(run) || run.requests > 0 || run.sleeps.size === 0) return;
    tell(run, "asleep", { until: Math.min(...[...run.sleeps].map(({ until }) => until)) });
  });

systemClock.now = () => current.getStore()?.now ?? Date.now();
systemClock.random = () => 0.5;
systemClock.sleep = (ms) =>
  new Promise((wake) => {
    const run = current.getStore();
    run.sleeps.add({ until: run.now + ms, wake });
    tellIfAsleep(run);
  });

const { createTransportFactory } = transport;
transport.createTransportFactory = () => {
  const connect = createTransportFactory();
  return (...options) => {
    const inner = connect(...options);
    return {
      send: async (request) => {
        const run = current.getStore();
        run.requests += 1;
        try {
          return await inner.send(request);
        } finally {
          run.requests -= 1;
          tellIfAsleep(run);
        }
      },
    };
  };
};

/** A provider as `v1(type)` makes it, on the clock of this name. */
module.exports = (type, clock) => {
  const inner = v1(type);
  const onClock =
    (method) =>
    async (...bags) => {
      lastId += 1;
      const run = { id: lastId, clock, now: 0, requests: 0, sleeps: new Set() };
      runs.add(run);
      try {
        await new Promise((begin) => {
          run.begin = begin;
          tell(run, "begun");
        });
        return await current.run(run, () => inner[method](...bags));
      } finally {
        runs.delete(run);
        tell(run, "ended");
      }
    };
  const methods = ["configure", "check", "diff", "create", "read", "update", "delete"];
  return Object.fromEntries(methods.map((method) => [method, onClock(method)]));
};
