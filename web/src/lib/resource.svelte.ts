import { untrack } from 'svelte';
import { Problem, type Request } from './client';

const kept = new Map<string, { at: number; value: unknown }>();
const KEPT_MS = 60_000;
const KEPT_MOST = 80;

function keep(key: string, value: unknown) {
  kept.delete(key);
  kept.set(key, { at: performance.now(), value });
  const oldest = kept.keys().next();
  if (kept.size > KEPT_MOST && !oldest.done) kept.delete(oldest.value);
}

function recall(key: string): { value: unknown } | null {
  const found = kept.get(key);
  return found && performance.now() - found.at < KEPT_MS ? found : null;
}

/** Forgets answers whose key begins so: what has been recorded since makes them old. */
export function forget(...beginnings: readonly string[]) {
  for (const key of [...kept.keys()]) if (beginnings.some((beginning) => key.startsWith(beginning))) kept.delete(key);
}

/** What a request has given so far. */
export interface Resource<T> {
  /** The newest answer; while `stale`, to the question before. */
  readonly data: T | undefined;
  readonly problem: Problem | undefined;
  /** Waiting for an answer. */
  readonly loading: boolean;
  /** `data` answers the question before this one. */
  readonly stale: boolean;
  retry: () => void;
}

/**
 * Asks whenever what `ask` reads changes. `subject` names what the figures are about: an answer about another
 * subject is dropped at once, so that no figure ever stands under a name that is not its own.
 */
export function resource<T>(ask: () => Request<T> | null, subject: () => string = () => ''): Resource<T> {
  let data = $state.raw<T>();
  let problem = $state.raw<Problem>();
  let loading = $state(true);
  let attempt = $state(0);
  let about = '';
  let answered = $state('');
  const asked = $derived(ask());
  const key = $derived(asked?.key ?? null);

  $effect(() => {
    void attempt;
    const wanted = key;
    const now = subject();
    if (about !== now) {
      about = now;
      data = undefined;
    }
    problem = undefined;
    const request = untrack(() => asked);
    if (wanted === null || request === null) {
      loading = false;
      return;
    }
    const found = recall(wanted);
    if (found) {
      data = found.value as T;
      answered = wanted;
      loading = false;
      return;
    }
    loading = true;
    const controller = new AbortController();
    request.load(controller.signal).then(
      (value) => {
        if (controller.signal.aborted) return;
        keep(wanted, value);
        data = value;
        answered = wanted;
        loading = false;
      },
      (error: unknown) => {
        if (controller.signal.aborted) return;
        data = undefined;
        problem = error instanceof Problem ? error : new Problem('page', error instanceof Error ? error.message : String(error));
        loading = false;
      },
    );
    return () => controller.abort();
  });

  return {
    get data() {
      return data;
    },
    get problem() {
      return problem;
    },
    get loading() {
      return loading;
    },
    get stale() {
      return data !== undefined && answered !== key;
    },
    retry: () => {
      attempt += 1;
    },
  };
}
