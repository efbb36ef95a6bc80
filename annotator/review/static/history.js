// What was decided in this tab, so that it can be taken back and done again, over all articles.

/** Steps are { number, sentence, before, after, claims }: where it happened, the codings, and the claims that were shown. */
export class History {
  constructor() {
    this.done = [];
    this.undone = [];
  }

  add(step) {
    this.done.push(step);
    this.undone = [];
  }

  /** The step to take back, null where there is none. */
  undo() {
    return this.move(this.done, this.undone);
  }

  redo() {
    return this.move(this.undone, this.done);
  }

  move(from, to) {
    const step = from.pop() ?? null;
    if (step) to.push(step);
    return step;
  }
}
