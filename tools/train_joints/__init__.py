"""Train the net of `sam_body/lifting.py`: render people, see what the pose net says, learn the difference.

python -m tools.train_joints.people FOLDER --count 1475     (about 2 minutes of processor time)
python -m tools.train_joints.train FOLDER shared/weights/body_joints.npz     (about 40 seconds)
"""
