import type { ComponentChildren } from "preact";

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
  const take = (input: HTMLInputElement) => {
    if (!input.checkValidity()) return input.reportValidity();
    return onChange(input.value === "" ? undefined : input.valueAsNumber);
  };
  return (
    <Field label={label} hint={hint}>
      <input
        type="number"
        inputMode="decimal"
        step={step}
        value={value ?? ""}
        onChange={(event) => take(event.currentTarget)}
        {...limits}
      />
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
