// One polite live region for the page: what has just happened, in words.

let said = $state('');
let turn = false;

export const announced = {
  get text(): string {
    return said;
  },
};

/** Says it, also when it says the same again. */
export function announce(text: string) {
  turn = !turn;
  said = turn ? text : `${text}\u200b`;
}
