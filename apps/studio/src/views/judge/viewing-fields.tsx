import type { Viewing } from "../../judge/viewing.js";
import { NumberField, SelectField } from "../field.js";

const times = [100, 200, 500, 1000].map((ms) => [String(ms), `${ms} ms`] as const);

/** How large pictures are, from how far and for how long they are seen. */
export function ViewingFields({
  viewing,
  isTest,
  onChange,
}: {
  viewing: Viewing;
  isTest: boolean;
  onChange: (viewing: Viewing) => void;
}) {
  const change = (part: Partial<Viewing>) => onChange({ ...viewing, ...part });
  return (
    <>
      <div class="judge-options">
        <NumberField
          label="Screen pixels per pixel"
          value={viewing.enlarged}
          min={1}
          max={64}
          onChange={(value) => change({ enlarged: value ?? 1 })}
        />
        <NumberField
          label="Distance of your eyes, cm"
          value={viewing.distanceCm}
          min={10}
          step="any"
          onChange={(value) => change({ distanceCm: value ?? 57 })}
        />
        <NumberField
          label="Cross to picture, degrees"
          value={viewing.eccentricity}
          min={0}
          max={60}
          step="any"
          onChange={(value) => change({ eccentricity: value ?? 0 })}
        />
        {isTest && (
          <>
            <SelectField
              label="Each picture for"
              value={String(viewing.durationMs)}
              options={times}
              onChange={(value) => change({ durationMs: Number(value) })}
            />
            <SelectField
              label="Between them"
              value={viewing.gap}
              options={[
                ["blank", "nothing"],
                ["mask", "pieces of both, as a mask"],
              ]}
              onChange={(value) => change({ gap: value as Viewing["gap"] })}
            />
            <SelectField
              label="… for"
              value={String(viewing.gapMs)}
              options={times}
              onChange={(value) => change({ gapMs: Number(value) })}
            />
          </>
        )}
      </div>
      <label class="card-label">
        Degrees hold for your screen once this bar is as wide as a bank card that you hold against it:
        <input
          type="range"
          min={120}
          max={1200}
          value={viewing.cardPixels}
          aria-valuetext={`${viewing.cardPixels} pixels wide`}
          onInput={({ currentTarget }) => change({ cardPixels: currentTarget.valueAsNumber })}
        />
      </label>
      <svg class="card" width={viewing.cardPixels} height={16} aria-hidden="true">
        <rect width="100%" height="100%" />
      </svg>
    </>
  );
}
