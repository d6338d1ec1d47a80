"use strict";

const { spawn } = require("node:child_process");
const fs = require("node:fs");
const os = require("node:os");

const PASSED_ON = ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"];

function splitLines(stream, onLine) {
  let rest = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk) => {
    const lines = (rest + chunk).split(/\r?\n/);
    rest = lines.pop();
    for (const line of lines) onLine(line);
  });
  stream.on("end", () => {
    if (rest !== "") onLine(rest);
  });
}

function killGroup(child, signal) {
  try {
    process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

/** A group of its own does not hear Ctrl-C, so the signals that end this process have to end the group as well. */
function endGroupWithUs(child) {
  const handlers = PASSED_ON.map((signal) => {
    const handler = () => {
      killGroup(child, "SIGKILL");
      process.removeListener(signal, handler);
      if (process.listenerCount(signal) === 0) process.kill(process.pid, signal);
    };
    process.on(signal, handler);
    return () => process.removeListener(signal, handler);
  });
  return () => {
    for (const remove of handlers) remove();
  };
}

function runCaptured(command, args, options = {}) {
  const {
    cwd,
    env,
    onLine = () => {},
    onStart = () => {},
    timeoutMs,
    ownGroup = false,
    shell = false,
    tailLines = 20,
  } = options;
  return new Promise((resolve) => {
    const detached = ownGroup && process.platform !== "win32";
    const child = spawn(command, args, { cwd, env, shell, detached, stdio: ["ignore", "pipe", "pipe"] });
    if (child.pid !== undefined) onStart(child.pid);
    const stdout = [];
    const tail = [];
    const collect = (stream) => (line) => {
      if (stream === "stdout") stdout.push(line);
      tail.push(line);
      if (tail.length > tailLines) tail.shift();
      onLine(line, stream);
    };
    splitLines(child.stdout, collect("stdout"));
    splitLines(child.stderr, collect("stderr"));
    let timedOut = false;
    const stopWatching = detached ? endGroupWithUs(child) : () => {};
    const finish = (outcome) => {
      clearTimeout(timer);
      stopWatching();
      resolve({ timedOut, stdout, tail, ...outcome });
    };
    const giveUp = () => {
      timedOut = true;
      if (detached) killGroup(child, "SIGKILL");
      else child.kill("SIGKILL");
      // Descendants that survive would hold the pipes open, and with them this promise and this process.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = timeoutMs === undefined ? undefined : setTimeout(giveUp, timeoutMs);
    child.once("error", (error) => finish({ ok: false, code: null, signal: null, startError: error }));
    child.once("close", (code, signal) => finish({ ok: code === 0 && !timedOut, code, signal }));
  });
}

function hasControllingTerminal() {
  if (process.platform === "win32") return true;
  try {
    fs.closeSync(fs.openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}

/** Taken early: it may be gone by the time there is a child. */
const PARENT = process.ppid;
/** How long a signal waits for signs that the child has got it as well. */
const GROUP_SIGNS_MS = 200;
const PARENT_CHECK_MS = 500;

/**
 * The child must get each request to stop exactly once: never, and it goes on unseen; twice, and Pulumi takes the second
 * one as "give up at once". Three things stand in the way. Ctrl-C goes to every process in the foreground, so that it is
 * not passed on. A supervisor may end the whole group too; then our parent, npm's shell, ends, or npm passes the signal
 * on and it comes a second time. And if npm alone is told to end, it only ends its shell, which nobody tells us.
 */
function passSignalsTo(child) {
  // By its name, because processes further down inherit the variable of a script that is not theirs.
  const underNpm = process.env.npm_lifecycle_event === process.argv[2];
  const goesToAll = underNpm || hasControllingTerminal() ? (signal) => signal !== "SIGTERM" : () => false;
  const parentIsGone = () => process.ppid !== PARENT;
  const heard = new Map();
  for (const signal of PASSED_ON) {
    process.on(signal, () => {
      const before = heard.get(signal) ?? 0;
      heard.set(signal, before + 1);
      if (before > 0 || goesToAll(signal)) return;
      setTimeout(() => {
        const wentToAll = underNpm && (heard.get(signal) > 1 || parentIsGone());
        heard.set(signal, 0);
        if (!wentToAll) child.kill(signal);
      }, GROUP_SIGNS_MS);
    });
  }
  if (!underNpm) return;
  const timer = setInterval(() => {
    if (!parentIsGone()) return;
    clearInterval(timer);
    if (heard.size === 0) child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  timer.unref();
}

function becomeChild(command, args, options) {
  return new Promise((_, reject) => {
    const child = spawn(command, args, { ...options, stdio: "inherit" });
    child.once("error", reject);
    passSignalsTo(child);
    child.once("exit", (code, signal) => {
      if (signal === null) process.exit(code);
      for (const name of PASSED_ON) process.removeAllListeners(name);
      process.kill(process.pid, signal);
      // Reached only for a signal that does not end this process.
      setTimeout(() => process.exit(128 + os.constants.signals[signal]), 100);
    });
  });
}

module.exports = { becomeChild, runCaptured };
