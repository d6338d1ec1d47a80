"use strict";

const fs = require("node:fs");
const tty = require("node:tty");

const CLEAR_LINE = "\r\u001b[2K";

/** Straight to the descriptor: standard output belongs to the tool, and a stream would switch a shared pipe to non-blocking. */
function writeToStderr(text) {
  try {
    fs.writeSync(2, text);
  } catch {
    // Progress that nobody can read must not stop the work.
  }
}

function isTerminal(env) {
  return tty.isatty(2) && env.TERM !== "dumb" && !env.CI;
}

function formatElapsed(ms) {
  if (ms < 9_950) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function createProgress(options = {}) {
  const {
    write = writeToStderr,
    terminal = isTerminal(process.env),
    everyMs = terminal ? 250 : 15_000,
    now = () => performance.now(),
    columns = () => process.stderr.columns ?? 80,
  } = options;
  let redraw = () => {};

  function note(text) {
    write(terminal ? `${CLEAR_LINE}${text}\n` : `${text}\n`);
    redraw();
  }

  function step(title) {
    const begun = now();
    let detail = "";
    const line = () => `${title}: ${detail === "" ? "" : `${detail}, `}${formatElapsed(now() - begun)}`;
    const draw = () => write(`${CLEAR_LINE}${line().slice(0, columns() - 1)}`);
    if (terminal) {
      redraw = draw;
      draw();
    } else {
      write(`${title} ...\n`);
    }
    const timer = setInterval(() => (terminal ? draw() : write(`${line()}\n`)), everyMs);
    timer.unref();
    const end = (outcome) => {
      clearInterval(timer);
      redraw = () => {};
      note(`${title}: ${outcome} ${formatElapsed(now() - begun)}`);
    };
    return {
      update: (text) => {
        detail = text;
      },
      done: (outcome = "done in") => end(outcome),
      failed: () => end("failed after"),
    };
  }

  return { note, step };
}

module.exports = { createProgress, formatElapsed };
