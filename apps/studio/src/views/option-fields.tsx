import type { Choice, OptionKind } from "../protocol.js";
import { formatOption, parseOption } from "../settings/address.js";
import type { OptionBag } from "../settings/settings.js";
import { Field, useDraft } from "./field.js";

const expected: Record<OptionKind, string> = {
  size: "a whole number, or [height, width]",
  number: "a number",
  numbers: "a number, or a list such as [2, 4]",
  flag: "yes or no",
  flags: "true, false, or a list such as [true, false]",
  word: "a word",
  record: "a record in JSON",
};

/** Fields for the options that something has, made from its list of them. An empty field is the option left out. */
export function OptionFields({
  of,
  choices,
  values,
  onChange,
}: {
  of: string;
  choices: readonly Choice[];
  values: OptionBag;
  onChange: (values: OptionBag) => void;
}) {
  const set = (name: string, value: unknown) => {
    const { [name]: _before, ...rest } = values;
    onChange(value === undefined ? rest : { ...rest, [name]: value });
  };
  return (
    <div class="options">
      {choices.map((choice) => (
        <OptionField
          key={`${of} ${choice.name}`}
          choice={choice}
          value={values[choice.name]}
          onChange={(value) => set(choice.name, value)}
        />
      ))}
    </div>
  );
}

function OptionField({
  choice: { name, kind, preset },
  value,
  onChange,
}: {
  choice: Choice;
  value: unknown;
  onChange: (value: unknown) => void;
}) {
  const draft = useDraft(value === undefined ? "" : formatOption(value), ({ value: text }) => {
    onChange(text.trim() === "" ? undefined : parseOption(text.trim()));
    return true;
  });
  const shown = preset === undefined || preset === null ? "default" : formatOption(preset);
  if (kind === "flag") {
    return (
      <Field label={name}>
        <select
          value={value === undefined ? "" : String(value)}
          onChange={({ currentTarget: { value: text } }) =>
            onChange(text === "" ? undefined : text === "true")
          }
        >
          <option value="">{preset === undefined ? "default" : `default: ${preset ? "yes" : "no"}`}</option>
          <option value="true">yes</option>
          <option value="false">no</option>
        </select>
      </Field>
    );
  }
  return (
    <Field label={name}>
      <input
        type="text"
        {...draft}
        placeholder={shown}
        title={expected[kind]}
        spellcheck={false}
        autocomplete="off"
      />
    </Field>
  );
}
