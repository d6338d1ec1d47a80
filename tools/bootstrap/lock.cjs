"use strict";

const { randomUUID } = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { setTimeout: sleep } = require("node:timers/promises");

/** Process ids mean something only within one boot of one machine and one pid namespace: every container has its own. */
function thisPlace() {
  const parts = [os.hostname()];
  try {
    parts.push(fs.readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim(), fs.readlinkSync("/proc/self/ns/pid"));
  } catch {
    // Not Linux: the heartbeat decides wherever the process id alone cannot.
  }
  return parts.join(" ");
}

/**
 * `startedAt` tells a process from a later one that got the same id. A zombie has ended: in a container without an
 * init process nobody may ever collect it.
 */
function observeProcess(pid) {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (error.code === "ESRCH") return { running: false };
  }
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, "utf8");
    // The second field is the program's name in parentheses and may itself contain blanks and parentheses.
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return { running: fields[0] !== "Z" && fields[0] !== "X", startedAt: fields[19] };
  } catch {
    return { running: true };
  }
}

function identify(pid) {
  return { pid, startedAt: observeProcess(pid).startedAt };
}

function stateOf({ pid, startedAt }) {
  const seen = observeProcess(pid);
  if (!seen.running) return "gone";
  if (seen.startedAt === undefined || startedAt === undefined) return "unknown";
  return seen.startedAt === startedAt ? "running" : "gone";
}

function readHolder(folder) {
  try {
    const [name] = fs.readdirSync(folder);
    if (name === undefined) return undefined;
    const file = path.join(folder, name);
    const beat = fs.statSync(file).mtimeMs;
    return { file, beat, owner: readOwner(file) };
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function readOwner(file) {
  try {
    return JSON.parse(fs.readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}

/** Removing by the holder's own file name cannot hit a lock that somebody else has taken in the meantime. */
function removeHolder(folder, file) {
  fs.rmSync(file, { recursive: true, force: true });
  try {
    fs.rmdirSync(folder);
  } catch {
    // Taken again already, or removed by another waiter.
  }
}

/** The owner's file comes into being together with the folder, by one rename, so a lock always says whose it is. */
function tryTake(folder, purpose) {
  const token = randomUUID();
  const prepared = `${folder}.${token}`;
  fs.mkdirSync(prepared, { recursive: true });
  const owner = { ...identify(process.pid), place: thisPlace(), host: os.hostname(), purpose };
  try {
    fs.writeFileSync(path.join(prepared, `${token}.json`), JSON.stringify(owner));
    fs.renameSync(prepared, folder);
    return path.join(folder, `${token}.json`);
  } catch (error) {
    fs.rmSync(prepared, { recursive: true, force: true });
    if (fs.existsSync(folder)) return undefined;
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

/** What processes left that were killed while they prepared theirs; a live one that loses it here prepares another. */
function removeAbandoned(folder) {
  const parent = path.dirname(folder);
  for (const name of fs.readdirSync(parent)) {
    if (name.startsWith(`${path.basename(folder)}.`))
      fs.rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

/** Judges one holder after another; heartbeats are compared with earlier ones, never with this machine's clock. */
class Watch {
  constructor(staleMs) {
    this.staleMs = staleMs;
  }

  hasDied({ file, beat, owner }) {
    const now = performance.now();
    if (file !== this.file || beat !== this.beat) {
      this.file = file;
      this.beat = beat;
      this.changedAt = now;
    }
    if (owner?.place === thisPlace()) {
      const states = [owner, owner.worker].filter(Boolean).map(stateOf);
      // A process that is merely stopped must not lose its lock: it goes on where it was.
      if (states.includes("running")) return false;
      if (!states.includes("unknown")) return true;
    }
    return now - this.changedAt > this.staleMs;
  }
}

function startBeating(file, heartbeatMs) {
  const timer = setInterval(() => {
    const now = new Date();
    fs.utimes(file, now, now, () => {});
  }, heartbeatMs);
  timer.unref();
  return timer;
}

/** Says on whom it waits: one step per owner. */
function announceWaiting(progress) {
  let shown;
  let step;
  return (owner) => {
    if (owner === shown) return;
    step?.done("over after");
    shown = owner;
    step = owner === undefined ? undefined : progress?.step(`Waiting for ${owner}`);
  };
}

async function take(folder, { purpose, progress, staleMs = 20_000, pollMs = 250 }) {
  const watch = new Watch(staleMs);
  const waitingFor = announceWaiting(progress);
  for (;;) {
    const holder = readHolder(folder);
    if (holder === undefined) {
      waitingFor(undefined);
      const mine = tryTake(folder, purpose);
      if (mine !== undefined) return mine;
    } else if (watch.hasDied(holder)) {
      removeHolder(folder, holder.file);
      continue;
    } else {
      waitingFor(describeOwner(holder.owner));
    }
    await sleep(pollMs);
  }
}

/** From now on the lock is held as long as the owner or this child of it is alive. */
function addWorker(file, pid) {
  const owner = readOwner(file);
  if (owner !== undefined) fs.writeFileSync(file, JSON.stringify({ ...owner, worker: identify(pid) }));
}

async function withLock(folder, options, work) {
  const mine = await take(folder, options);
  const timer = startBeating(mine, options.heartbeatMs ?? 2_000);
  try {
    removeAbandoned(folder);
    return await work((pid) => addWorker(mine, pid));
  } finally {
    clearInterval(timer);
    removeHolder(folder, mine);
  }
}

function describeOwner(owner) {
  if (owner === undefined) return "another process";
  if (owner.place !== thisPlace()) {
    return `process ${owner.pid} on ${owner.host} or in another container (${owner.purpose})`;
  }
  const { pid } = owner.worker !== undefined && stateOf(owner) === "gone" ? owner.worker : owner;
  return `process ${pid} (${owner.purpose})`;
}

module.exports = { withLock };
