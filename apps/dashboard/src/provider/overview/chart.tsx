import 'uplot/dist/uPlot.min.css';
import { Paper, Text, Title, useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import uPlot from 'uplot';

const HEIGHT = 170;

/** Of the time axis at least, seconds. */
const SHORTEST_SPAN = 1_800;

export interface Curve {
  label: string;
  color: string;
  values: readonly (number | null)[];
}

interface ChartProps {
  title: string;
  /** What the curves tell, for whoever cannot see them. */
  summary: string;
  /** ISO 8601, rising; one value of every curve belongs to each. */
  times: readonly string[];
  curves: readonly Curve[];
  bars?: boolean;
  format: (value: number) => string;
}

/** Figures over time. */
export function Chart({ title, summary, times, curves, bars = false, format }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const scheme = useComputedColorScheme('light');
  useEffect(() => {
    const element = place.current;
    if (element === null || times.length === 0) return undefined;
    const ink = scheme === 'dark' ? '#a6a7ab' : '#5c636a';
    const grid = { stroke: scheme === 'dark' ? '#2e2e2e' : '#eceef0', width: 1 };
    const axis = { stroke: ink, grid, ticks: { show: false }, font: '11px system-ui, sans-serif' };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        legend: { show: curves.length > 1 },
        cursor: { points: { show: !bars }, drag: { x: false, y: false } },
        axes: [axis, { ...axis, size: 56, values: (_plot, ticks) => ticks.map(format) }],
        scales: { x: { range: timeRange }, y: { range: (_plot, _min, max) => [0, Math.max(1, max * 1.1)] } },
        series: [
          {},
          ...curves.map(({ label, color }) => ({
            label,
            stroke: color,
            width: 2,
            points: { show: times.length < 3, size: 6 },
            ...(bars && times.length > 2
              ? { fill: color, paths: uPlot.paths.bars?.({ size: [0.5, 28] }) as uPlot.Series.PathBuilder }
              : {}),
          })),
        ],
      },
      [times.map((time) => Date.parse(time) / 1000), ...curves.map(({ values }) => [...values])],
      element,
    );
    const resize = new ResizeObserver(() => plot.setSize({ width: element.clientWidth, height: HEIGHT }));
    resize.observe(element);
    return () => {
      resize.disconnect();
      plot.destroy();
    };
  }, [times, curves, bars, format, scheme]);
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h6" mb="xs">
        {title}
      </Title>
      {times.length === 0 ? (
        <Text size="sm" c="dimmed">
          Nothing to show before the first sync has ended.
        </Text>
      ) : (
        <div ref={place} role="img" aria-label={summary} />
      )}
    </Paper>
  );
}

/** One or two syncs close to each other stand in the middle, and not on an axis of years. */
function timeRange(_plot: uPlot, min: number, max: number): uPlot.Range.MinMax {
  const missing = Math.max(0, SHORTEST_SPAN - (max - min));
  return [min - missing / 2, max + missing / 2];
}
