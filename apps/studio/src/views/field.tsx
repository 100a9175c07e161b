import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";

/**
 * What stands in a field while somebody types in it. The page is drawn again many times a second while it computes, and
 * would put back what was there before.
 *
 * @param take - whether the text is taken over; else it stays to be corrected
 */
export function useDraft(value: string, take: (input: HTMLInputElement) => boolean) {
  const [draft, setDraft] = useState<string>();
  return {
    value: draft ?? value,
    onInput: ({ currentTarget }: { currentTarget: HTMLInputElement }) => setDraft(currentTarget.value),
    onChange({ currentTarget }: { currentTarget: HTMLInputElement }) {
      if (take(currentTarget)) setDraft(undefined);
    },
  };
}

/** A label and what it is of. */
export function Field({
  label,
  hint,
  children,
}: {
  label: string;
  hint?: string;
  children: ComponentChildren;
}) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is among the children
    <label class="field">
      <span class="name">{label}</span>
      {children}
      {hint && <span class="hint">{hint}</span>}
    </label>
  );
}

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number | undefined;
  readonly onChange: (value: number | undefined) => void;
  readonly min?: number;
  readonly max?: number;
  readonly step?: number | "any";
  readonly hint?: string;
  readonly placeholder?: string;
}

/** A number; nothing where the field is empty. What cannot be is not taken over. */
export function NumberField({ label, value, onChange, hint, step = 1, ...limits }: NumberFieldProps) {
  const draft = useDraft(value === undefined ? "" : String(value), (input) => {
    if (!input.reportValidity()) return false;
    onChange(input.value === "" ? undefined : input.valueAsNumber);
    return true;
  });
  return (
    <Field label={label} hint={hint}>
      <input type="number" inputMode="decimal" step={step} {...draft} {...limits} />
    </Field>
  );
}

/** One of several words. */
export function SelectField({
  label,
  value,
  options,
  onChange,
  hint,
}: {
  label: string;
  value: string;
  options: readonly (readonly [value: string, text: string])[];
  onChange: (value: string) => void;
  hint?: string;
}) {
  return (
    <Field label={label} hint={hint}>
      <select value={value} onChange={(event) => onChange(event.currentTarget.value)}>
        {options.map(([name, text]) => (
          <option key={name} value={name} selected={name === value}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
