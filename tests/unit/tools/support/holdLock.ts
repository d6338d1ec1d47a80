import { spawn } from "node:child_process";
import { withLock } from "../../../../tools/bootstrap/lock.cjs";

const [folder = "", holdMs = "", withWorker] = process.argv.slice(2);

withLock(folder, { purpose: "holding on", heartbeatMs: 50 }, async (addWorker) => {
  if (withWorker !== undefined) {
    const worker = spawn("sleep", ["15"], { stdio: "ignore" });
    if (worker.pid !== undefined) addWorker(worker.pid);
    console.log(`worker ${worker.pid}`);
  }
  console.log(`in ${Date.now()}`);
  await new Promise((resolve) => setTimeout(resolve, Number(holdMs)));
  console.log(`out ${Date.now()}`);
}).catch(console.error);
