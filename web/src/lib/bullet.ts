import type { Target } from './api-types';
import { possible } from './format';

interface Figure {
  value: number | null;
  low: number | null;
  high: number | null;
}

/** Half of what a bullet bar spans so that all figures, their intervals and the tolerance fit beside the target. */
function reach(figures: readonly Figure[], target: Target): number {
  const far = figures.flatMap(({ value, low, high }) => [value, low, high]).flatMap((v) => (v === null ? [] : [Math.abs(v - target.value)]));
  const band = target.high === null ? 0 : target.high - target.value;
  const most = Math.max(band + 2 * target.tolerance, ...far);
  return most > 0 ? most * 1.12 : Math.abs(target.value) * 0.1 || 1;
}

/** From where to where a bullet bar goes: the target in its middle, but no further than there can be anything. */
export function span(figures: readonly Figure[], target: Target, unit: string): [number, number] {
  const half = reach(figures, target);
  const known = [target.value, target.high ?? target.value, ...figures.flatMap(({ value }) => value ?? [])];
  // A flow below nothing has no least, a share beyond all no most.
  const [[least], [, most]] = [possible(Math.min(...known), unit), possible(Math.max(...known), unit)];
  return [Math.max(least, target.value - half), Math.min(most, target.value + half)];
}
