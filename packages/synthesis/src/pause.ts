/** Lets timers, signals and the page have their turn. */
export function pause(): Promise<void> {
  // setImmediate is Node's; in a browser a message to oneself comes back sooner than a timer, which waits 4 ms.
  if (typeof setImmediate === "function") return new Promise((resolve) => setImmediate(resolve));
  return new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(0);
  });
}
