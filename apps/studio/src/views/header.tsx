import type { ViewProps } from "./view-props.js";

export function Header({ state }: ViewProps) {
  const { run, devices, isOffline } = state;
  const device = run?.start.device ?? devices?.chosen;
  const reason = run?.start.reason ?? devices?.reason;
  return (
    <header>
      <div class="brand">
        <img src="./icon.svg" alt="" width="40" height="40" />
        <h1>plenoptic studio</h1>
        <p>Make another picture that a model of vision cannot tell from yours.</p>
      </div>
      <p class="device">
        {device && (
          <>
            <strong>Computes on {device}.</strong> {reason}
          </>
        )}{" "}
        <span>
          Your pictures stay in this browser.{isOffline && " The page now works without a network."}
        </span>
      </p>
    </header>
  );
}
