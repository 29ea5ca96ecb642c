"""Operations on meshes, one file each."""
