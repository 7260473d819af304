"""What a support lead asks of the policy: what applies, is it sound, why this here, and what a change would have done."""
