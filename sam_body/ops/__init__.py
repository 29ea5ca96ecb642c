"""Operations on bodies, one file each."""
