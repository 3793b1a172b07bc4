// What the page asks of its program, and what it hears: one question at a time, and a stream of events.

/** @typedef {import("./types.js").Heard} Heard */

/**
 * @param {object} question
 * @returns {Promise<number>} the number of the state that it was asked of
 */
export async function ask(question) {
  const answer = await fetch("ask", { method: "POST", headers: { "Content-Type": "application/json" },
    body: JSON.stringify(question) });
  if (!answer.ok) throw new Error(`the program has refused: ${answer.status}`);
  return (await answer.json()).state;
}

/** The stream, with each message given to the state that it is of: events may come before the answer to ask(). */
export class Stream {
  /**
   * @param {(heard: Heard) => void} onHeard of the newest state
   * @param {(connected: boolean) => void} onLine
   */
  constructor(onHeard, onLine) {
    this.onHeard = onHeard;
    this.state = 0;
    /** @type {Heard[]} of states that nobody has told us of yet */
    this.early = [];
    const source = new EventSource("events");
    source.addEventListener("open", () => onLine(true));
    source.addEventListener("error", () => onLine(false));
    source.addEventListener("message", (event) => {
      /** @type {Heard} */
      const heard = JSON.parse(event.data);
      if (heard.state === this.state) onHeard(heard);
      else if (heard.state > this.state) this.early.push(heard);
    });
  }

  /** @param {number} state */
  enter(state) {
    if (state <= this.state) return;
    this.state = state;
    const now = this.early.filter((heard) => heard.state === state);
    this.early = this.early.filter((heard) => heard.state > state);
    now.forEach(this.onHeard);
  }
}
