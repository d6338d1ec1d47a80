import { mkdirSync, writeFileSync } from "node:fs";
import http, { type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { officialInstaller } from "../../../tools/pulumi-cli/installer";
import { askVersion } from "../../../tools/pulumi-cli/locate";
import { temporaryFolders } from "./support/files";
import { recordedProgress } from "./support/recordedProgress";

/** Obeys the arguments that the Automation API gives to Pulumi's own script. */
const INSTALL_SCRIPT = `#!/bin/sh
while [ $# -gt 0 ]; do
  case "$1" in
    --install-root) root="$2"; shift ;;
    --version) version="$2"; shift ;;
  esac
  shift
done
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho v%s\\n' "$version" > "$root/bin/pulumi"
chmod +x "$root/bin/pulumi"
`;

describe("official installer", () => {
  const temporaryFolder = temporaryFolders();
  const servers: http.Server[] = [];

  afterEach(() => {
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      server.close();
    }
  });

  async function serve(answer: RequestListener): Promise<string> {
    const server = http.createServer(answer);
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  /** Sends what the Automation API fetches from Pulumi's host to `host`. */
  function bench(host: string) {
    const root = temporaryFolder();
    const redirect = path.join(root, "redirect.cjs");
    writeFileSync(
      redirect,
      `const real = fetch;
       globalThis.fetch = (url, options) => real(String(url).replace("https://get.pulumi.com", "${host}"), options);`,
    );
    const folder = path.join(root, "building");
    mkdirSync(path.join(folder, "bin"), { recursive: true });
    const { progress, text } = recordedProgress();
    const context = { progress, env: { PATH: "/usr/bin:/bin", NODE_OPTIONS: `--require ${redirect}` } };
    return { folder, context, text };
  }

  it("puts the pinned version where it is told", async () => {
    const host = await serve((_, response) => response.end(INSTALL_SCRIPT));
    const { folder, context, text } = bench(host);
    await officialInstaller({ scriptUrl: `${host}/install.sh` }).fill(folder, context);
    expect(await askVersion(path.join(folder, "bin", "pulumi"), {})).toMatchObject({ major: 3, minor: 259, patch: 0 });
    expect(text()).toMatch(/official installer: done in/);
  });

  it("gives up in a moment when the download host cannot be reached", async () => {
    const { folder, context } = bench("");
    const filled = officialInstaller({ scriptUrl: "http://127.0.0.1:9/install.sh" }).fill(folder, context);
    await expect(filled).rejects.toThrow("127.0.0.1:9 cannot be reached");
  });

  it("gives up within the time of the probe when the download host swallows what it is sent", async () => {
    const host = await serve(() => {});
    const { folder, context } = bench(host);
    const filled = officialInstaller({ scriptUrl: `${host}/install.sh`, probeMs: 300 }).fill(folder, context);
    await expect(filled).rejects.toThrow("did not answer within 0.3 s");
  });

  it("gives up when a proxy answers in place of the download host", async () => {
    const host = await serve((_, response) => response.writeHead(403).end("blocked"));
    const { folder, context } = bench(host);
    const filled = officialInstaller({ scriptUrl: `${host}/install.sh` }).fill(folder, context);
    await expect(filled).rejects.toThrow("answered with HTTP status 403");
  });

  it("is ended by the deadline", async () => {
    const host = await serve(() => {});
    const { folder, context } = bench(host);
    const installer = officialInstaller({ scriptUrl: `${host}/install.sh`, probeMs: 60_000, deadlineMs: 500 });
    await expect(installer.fill(folder, context)).rejects.toThrow("not done within 0.5 s");
  });
});
