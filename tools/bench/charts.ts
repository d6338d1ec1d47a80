import * as echarts from "echarts";
import { find, middle, type Sample, type Series, STEPS, type Step } from "./measurement";

const WIDTH = 720;
const HEIGHT = 360;

export interface Chart {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly svg: string;
}

/** Growth of cost with the number of resources, one chart for each command, and one for memory. */
export function charts(series: readonly Series[]): Chart[] {
  return [
    ...STEPS.map((step) => growth(series, step, `${step}: seconds`, `seconds-${step}`, ({ seconds }) => seconds)),
    growth(series, "create", "create: memory of the provider, MB", "memory", ({ providerMb }) => providerMb),
    growth(series, "create", "state, KB", "state", ({ stateBytes }) => stateBytes / 1_024),
  ];
}

function growth(
  series: readonly Series[],
  step: Step,
  title: string,
  name: string,
  pick: (sample: Sample) => number,
): Chart {
  const subjects = [...new Set(series.map(({ subject }) => subject))];
  const counts = [...new Set(series.map(({ count }) => count))].sort((a, b) => a - b);
  const lines = subjects.map((subject) => ({
    name: subject === "floor" ? "trivial provider" : subject,
    type: "line" as const,
    symbolSize: 7,
    data: counts.flatMap((count) => {
      const found = find(series, subject, count, step);
      return found ? [[count, Number(middle(found, pick).toPrecision(4))]] : [];
    }),
  }));
  const chart = echarts.init(null, null, { renderer: "svg", ssr: true, width: WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    title: { text: title, left: "center" },
    legend: { bottom: 0 },
    grid: { left: 70, right: 30, top: 45, bottom: 75 },
    xAxis: { type: "log", name: "resources, or clusters of the fleet", nameLocation: "middle", nameGap: 28 },
    yAxis: { type: "log" },
    series: lines,
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return { name, title, svg };
}
