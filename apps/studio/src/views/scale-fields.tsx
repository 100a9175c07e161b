import type { Settings } from "../settings/settings.js";
import { NumberField, SelectField } from "./field.js";

/** Whether a model's scales are matched one after the other, and when the next one's turn comes. */
export function ScaleFields({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (part: Partial<Settings>) => void;
}) {
  const { coarseToFine, changeScaleCriterion, ctfItersToCheck } = settings;
  const none = { coarseToFine: undefined, changeScaleCriterion: undefined, ctfItersToCheck: undefined };
  const isByCount = changeScaleCriterion === "none";
  return (
    <>
      <SelectField
        label="Scales of the model"
        value={coarseToFine ?? ""}
        options={[
          ["", "all at once"],
          ["together", "coarse to fine, each with the coarser ones"],
          ["separate", "coarse to fine, each by itself"],
        ]}
        onChange={(how) =>
          onChange(how === "" ? none : { coarseToFine: how === "separate" ? "separate" : "together" })
        }
      />
      {coarseToFine && (
        <>
          <SelectField
            label="The next scale's turn comes"
            value={isByCount ? "count" : ""}
            options={[
              ["", "when the loss of one stays as it is"],
              ["count", "after so many iterations"],
            ]}
            onChange={(how) => onChange({ changeScaleCriterion: how === "count" ? "none" : undefined })}
          />
          {!isByCount && (
            <NumberField
              label="… when it changes by less than"
              value={changeScaleCriterion}
              min={0}
              step="any"
              placeholder="0.01"
              onChange={(value) => onChange({ changeScaleCriterion: value })}
            />
          )}
          <NumberField
            label={isByCount ? "… iterations at each scale" : "… over so many iterations"}
            value={ctfItersToCheck}
            min={1}
            placeholder="50"
            onChange={(value) => onChange({ ctfItersToCheck: value })}
          />
        </>
      )}
    </>
  );
}
