// (state, event) to effects.
