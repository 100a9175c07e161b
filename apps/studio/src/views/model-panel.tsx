import type { Entry } from "../protocol.js";
import { parseOption } from "../settings/address.js";
import { isForeign, type OptionBag, type Settings } from "../settings/settings.js";
import { Field, NumberField, SelectField, useDraft } from "./field.js";
import { OptionFields } from "./option-fields.js";
import { ScaleFields } from "./scale-fields.js";
import { StartField } from "./start-field.js";
import type { ViewProps } from "./view-props.js";

/** What a visitor should know of a model before choosing it. */
const explained: Readonly<Record<string, string>> = {
  Gaussian: "Blurs: what is finer than its window, it does not see.",
  CenterSurround: "Differences between a spot and its surround.",
  LinearNonlinear: "Centre-surround filter, then a softplus.",
  LuminanceGainControl: "As before, divided by the local brightness.",
  LuminanceContrastGainControl: "As before, divided by the local brightness and contrast.",
  OnOff: "On- and off-centre channels with both gain controls, fitted to people.",
  PortillaSimoncelli: "Statistics of textures: what is where is lost, what it is made of stays.",
  Linear: "Two fixed filters.",
  Identity: "Sees every pixel, so its only metamer is the picture itself.",
};

const order = ["Gaussian", "OnOff", "PortillaSimoncelli"];

function sorted(models: readonly Entry[]): Entry[] {
  const rank = ({ name }: Entry) => (order.includes(name) ? order.indexOf(name) : order.length);
  return [...models].sort((a, b) => rank(a) - rank(b));
}

const foreign = "foreign";

/** An address of code, and whether the visitor trusts it. Nothing is loaded before. */
function ForeignModel({ state, session, onChoose }: ViewProps & { onChoose: (model: string) => void }) {
  const { settings, trusted } = state;
  const address = useDraft(settings.model, ({ value }) => {
    onChoose(isForeign(value) ? value : `https://${value}`);
    return true;
  });
  const { modelOption } = settings;
  const bag = useDraft(Object.keys(modelOption).length > 0 ? JSON.stringify(modelOption) : "", (input) => {
    const given = parseOption(input.value.trim() || "{}");
    const isBag = typeof given === "object" && given !== null && !Array.isArray(given);
    input.setCustomValidity(isBag ? "" : 'Write it like {"std": 4}.');
    if (!isBag) return input.reportValidity();
    session.change({ ...settings, modelOption: given as OptionBag });
    return true;
  });
  return (
    <div class="foreign">
      <Field label="Address of a module, # and the name of the model">
        <input
          type="url"
          {...address}
          placeholder="https://example.org/model.mjs#MyModel"
          spellcheck={false}
          autocomplete="off"
        />
      </Field>
      <Field label="Its options, in JSON">
        <input type="text" {...bag} placeholder='{"std": 4}' spellcheck={false} autocomplete="off" />
      </Field>
      <label class="check">
        <input
          type="checkbox"
          checked={trusted === settings.model}
          onChange={({ currentTarget }) => session.trust(currentTarget.checked)}
        />
        <span>
          <strong>I trust this code.</strong> It is not part of this page: it sees your picture, and could
          send it anywhere.
        </span>
      </label>
    </div>
  );
}

/** The model, and all other choices, folded away. */
export function ModelPanel(props: ViewProps) {
  const { state, session } = props;
  const { settings, catalogue } = state;
  if (!catalogue) return null;
  const model = catalogue.models.find(({ name }) => name === settings.model);
  const choose = (name: string) =>
    session.change({
      ...settings,
      model: name,
      modelOption: {},
      loss: undefined,
      optimizer: undefined,
      optimizerOption: {},
      coarseToFine: undefined,
      changeScaleCriterion: undefined,
      ctfItersToCheck: undefined,
    });
  return (
    <>
      <fieldset class="panel">
        <legend>Model</legend>
        <SelectField
          label="Model of vision"
          value={isForeign(settings.model) ? foreign : settings.model}
          options={[
            ...sorted(catalogue.models).map(({ name }) => [name, name] as const),
            [foreign, "a module by its address"],
          ]}
          hint={explained[settings.model]}
          onChange={(name) => choose(name === foreign ? "https://" : name)}
        />
        {isForeign(settings.model) && <ForeignModel {...props} onChoose={choose} />}
        {model && model.options.length > 0 && (
          <details>
            <summary>Options of {model.name}</summary>
            <OptionFields
              of={model.name}
              choices={model.options}
              values={settings.modelOption}
              onChange={(modelOption) => session.change({ ...settings, modelOption })}
            />
          </details>
        )}
        <NumberField
          label="Iterations"
          value={settings.maxIter}
          min={1}
          onChange={(maxIter) => session.change({ ...settings, maxIter: maxIter ?? 100 })}
        />
      </fieldset>
      <DescentPanel {...props} />
    </>
  );
}

/** Loss, penalty, optimizer, scheduler, and what else decides how the descent goes. */
function DescentPanel(props: ViewProps) {
  const { state, session } = props;
  const { settings, catalogue } = state;
  if (!catalogue) return null;
  const change = (part: Partial<Settings>) => session.change({ ...settings, ...part });
  // Foreign models are made as Gaussian is, unless told otherwise.
  const model = catalogue.models.find(({ name }) => name === settings.model) ?? catalogue.models[0];
  const suits = (settings.coarseToFine && model.coarseToFine) ?? model;
  const mayHaveScales = model.coarseToFine !== undefined || isForeign(settings.model);
  const optimizer = settings.optimizer ?? suits.optimizer;
  const entry = (list: readonly Entry[], name: string | undefined) => list.find((one) => one.name === name);
  // The recipe of a model goes with its optimizer, also where that is asked for by name; Adam's with the default alone.
  const presets =
    settings.optimizer === undefined || (optimizer === suits.optimizer && optimizer !== "Adam")
      ? suits.optimizerOption
      : {};
  const names = (list: readonly Entry[]) => list.map(({ name }) => [name, name] as const);
  return (
    <details class="panel fold">
      <summary>Everything else</summary>
      <div class="options">
        <SelectField
          label="Loss"
          value={settings.loss ?? ""}
          options={[["", `${suits.loss} (auto)`], ...catalogue.losses.map((name) => [name, name] as const)]}
          onChange={(loss) => change({ loss: loss || undefined })}
        />
        <NumberField
          label="Weight of the penalty"
          value={settings.penaltyLambda}
          min={0}
          step="any"
          onChange={(value) => change({ penaltyLambda: value ?? 0.1 })}
        />
        <SelectField
          label="Optimizer"
          value={settings.optimizer ?? ""}
          options={[["", `${suits.optimizer} (auto)`], ...names(catalogue.optimizers)]}
          onChange={(name) => change({ optimizer: name || undefined, optimizerOption: {} })}
        />
        <SelectField
          label="Scheduler"
          value={settings.scheduler ?? ""}
          options={[["", "none"], ...names(catalogue.schedulers)]}
          onChange={(name) =>
            change({
              scheduler: name || undefined,
              schedulerOption: entry(catalogue.schedulers, name)?.needed ?? {},
            })
          }
        />
        {mayHaveScales && <ScaleFields settings={settings} onChange={change} />}
      </div>
      <details>
        <summary>Options of {optimizer}</summary>
        <OptionFields
          of={optimizer}
          choices={(entry(catalogue.optimizers, optimizer)?.options ?? []).map((choice) => ({
            ...choice,
            preset: presets[choice.name] ?? choice.preset,
          }))}
          values={settings.optimizerOption}
          onChange={(optimizerOption) => change({ optimizerOption })}
        />
      </details>
      {settings.scheduler && (
        <details>
          <summary>Options of {settings.scheduler}</summary>
          <OptionFields
            of={settings.scheduler}
            choices={entry(catalogue.schedulers, settings.scheduler)?.options ?? []}
            values={settings.schedulerOption}
            onChange={(schedulerOption) => change({ schedulerOption })}
          />
        </details>
      )}
      <div class="options">
        <NumberField label="Seed" value={settings.seed} onChange={(seed) => change({ seed: seed ?? 0 })} />
        <SelectField
          label="Precision"
          value={settings.dtype}
          options={[
            ["float32", "float32"],
            ["float64", "float64"],
          ]}
          onChange={(dtype) => change({ dtype: dtype as Settings["dtype"] })}
        />
        <SelectField
          label="Compute on"
          value={settings.device}
          options={[
            ["auto", "automatic"],
            ["cpu", "cpu"],
            ["webgpu", "webgpu"],
          ]}
          hint="cpu: the same bits everywhere"
          onChange={(device) => change({ device: device as Settings["device"] })}
        />
        <NumberField
          label="Keep every n-th image"
          value={settings.storeProgress}
          min={0}
          hint="0 keeps none"
          onChange={(value) => change({ storeProgress: value ?? 0 })}
        />
        <NumberField
          label="Stop when the loss changes by less than"
          value={settings.stopCriterion}
          min={0}
          step="any"
          onChange={(value) => change({ stopCriterion: value ?? 1e-4 })}
        />
        <NumberField
          label="… over so many iterations"
          value={settings.stopItersToCheck}
          min={1}
          onChange={(value) => change({ stopItersToCheck: value ?? 50 })}
        />
      </div>
      <StartField {...props} />
      <label class="check">
        <input
          type="checkbox"
          checked={settings.color}
          onChange={({ currentTarget }) => change({ color: currentTarget.checked })}
        />
        Keep colour, for models that take three channels
      </label>
    </details>
  );
}
