import type { Target } from './api-types';

/** Half of what a bullet bar spans so that all figures, their intervals and the tolerance fit beside the target. */
export function reach(figures: readonly { value: number | null; low: number | null; high: number | null }[], target: Target): number {
  const far = figures.flatMap(({ value, low, high }) => [value, low, high]).flatMap((v) => (v === null ? [] : [Math.abs(v - target.value)]));
  const band = target.high === null ? 0 : target.high - target.value;
  const most = Math.max(band + 2 * target.tolerance, ...far);
  return most > 0 ? most * 1.12 : Math.abs(target.value) * 0.1 || 1;
}
