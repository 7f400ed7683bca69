/** Plots as SVG, rendered in advance so that the page needs no script for them. They use the page's color variables. */
import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { durationText } from '../../../terminal/quantities.ts';
import type { Urgency } from '../../digest/urgency.ts';
import type { Bar, Point } from './fold.ts';
import { type Html, trusted } from './text.ts';

use([BarChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

/** In pixels, before the page scales it: small enough for its labels to be readable on a phone. */
const SIZE = { width: 400, height: 210 } as const;
const FONT = 12;

/** If the slowest test took this many times the median, the axis is logarithmic: a linear one would flatten the rest. */
const WIDE = 20;
const MIN_MS = 0.01;

const SYMBOL: Readonly<Record<Urgency, string>> = {
  passed: 'circle',
  warning: 'triangle',
  broken: 'diamond',
};
const COLOR: Readonly<Record<Urgency, string>> = {
  passed: 'var(--ok)',
  warning: 'var(--warn)',
  broken: 'var(--bad)',
};

const AXIS = {
  axisLine: { show: true, lineStyle: { color: 'var(--line)' } },
  axisTick: { show: false },
  axisLabel: { color: 'var(--muted)', fontSize: FONT, hideOverlap: true },
  nameTextStyle: { color: 'var(--muted)', fontSize: FONT },
  splitLine: { lineStyle: { color: 'var(--line)', opacity: 0.6 } },
} as const;

const TIMES = { ...AXIS, axisLabel: { ...AXIS.axisLabel, formatter: durationText } } as const;

const GRID = { left: 64, right: 30, top: 28, bottom: 26 } as const;

/** @param id prefix for the ids in the picture, unique on the page */
export function latencyOverTime(points: readonly Point[], id: string): Html {
  const series = (['passed', 'warning', 'broken'] as const).map((urgency) => ({
    type: 'scatter' as const,
    symbol: SYMBOL[urgency],
    symbolSize: urgency === 'passed' ? 6 : 9,
    itemStyle: { color: COLOR[urgency], opacity: 0.85 },
    data: points
      .filter((point) => point.urgency === urgency)
      .map(({ atMs, latencyMs }) => [atMs, Math.max(latencyMs, MIN_MS)]),
    silent: true,
    clip: false,
  }));
  return drawn(id, {
    xAxis: { type: 'value', min: 0, splitNumber: 4, ...TIMES },
    yAxis: { ...scaleOf(points), ...TIMES, nameTextStyle: { ...AXIS.nameTextStyle, align: 'left' } },
    series,
  });
}

function scaleOf(points: readonly Point[]): object {
  const sorted = points.map(({ latencyMs }) => Math.max(latencyMs, MIN_MS)).sort((a, b) => a - b);
  const middle = sorted[Math.floor((sorted.length - 1) / 2)] ?? MIN_MS;
  if ((sorted.at(-1) ?? 0) <= middle * WIDE) return { type: 'value', min: 0, name: 'response time' };
  return { type: 'log', name: 'response time (logarithmic)' };
}

export function latencyDistribution(bars: readonly Bar[], id: string): Html {
  return drawn(id, {
    xAxis: {
      ...{ type: 'category', data: bars.map(({ fromMs }) => durationText(fromMs)) },
      ...AXIS,
    },
    yAxis: { type: 'value', name: 'tests', minInterval: 1, ...AXIS },
    series: [
      {
        type: 'bar' as const,
        barCategoryGap: '8%',
        itemStyle: { color: 'var(--accent)' },
        data: bars.map(({ count }) => count),
        silent: true,
      },
    ],
  });
}

export interface Line {
  /** Time of each point (ISO 8601, UTC) and its value in milliseconds; null is a gap. */
  readonly points: readonly (readonly [at: string, ms: number | null])[];
  readonly color: string;
  readonly dashed: boolean;
}

/** Labels on the axis of times. */
const TIMES_SHOWN = 4;

/** Up to this many points are marked; more would hide the line. */
const POINTS_MARKED = 40;

/** Durations over hours or months. @param options.label of a time on the axis, in milliseconds since 1970 */
export function linesOverTime(
  lines: readonly Line[],
  {
    id,
    name,
    label,
  }: { readonly id: string; readonly name: string; readonly label: (atMs: number) => string },
): Html {
  const times = lines.flatMap(({ points }) => points.map(([at]) => Date.parse(at)));
  const [min, max] = [Math.min(...times), Math.max(...times)];
  const ticks = max > min ? { min, max, interval: (max - min) / (TIMES_SHOWN - 1) } : {};
  return drawn(id, {
    xAxis: {
      ...{ type: 'value', ...ticks, ...AXIS, splitLine: { show: false } },
      axisLabel: { ...AXIS.axisLabel, formatter: label },
    },
    yAxis: { type: 'value', min: 0, name, ...TIMES, nameTextStyle: { ...AXIS.nameTextStyle, align: 'left' } },
    series: lines.map(({ points, color, dashed }) => ({
      type: 'line' as const,
      lineStyle: {
        ...{ color, type: dashed ? ([5, 4] as const) : ('solid' as const) },
        width: points.length <= POINTS_MARKED ? 1.8 : 1.2,
      },
      itemStyle: { color },
      symbol: 'circle',
      symbolSize: 5,
      showSymbol: points.length <= POINTS_MARKED,
      data: points.map(([at, ms]) => [Date.parse(at), ms]),
      silent: true,
    })),
  });
}

function drawn(id: string, option: object): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  try {
    chart.setOption({ animation: false, grid: GRID, textStyle: { fontFamily: 'inherit' }, ...option });
    const svg = chart
      .renderToSVGString()
      // The chart library's ids differ from picture to picture.
      .replace(/\bzr\d+-/g, `${id}-`)
      // These styles are for a script that the page does not have.
      .replace(/<style[\s\S]*?<\/style>/g, '')
      .replace(/ (?:ecmeta_\w+|class|pointer-events|xml:space|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
      .replace(/\n\n+/g, '\n')
      .replace(/^<svg width="\d+" height="\d+"/, '<svg aria-hidden="true" focusable="false"');
    return trusted(svg);
  } finally {
    chart.dispose();
  }
}
