# pwd and grp
import grp
import pwd


def t(f, *a):
    try:
        print(f.__name__, a, f(*a))
    except BaseException as e:
        print(f.__name__, a, type(e).__name__, e)


root = pwd.getpwuid(0)
print(type(root), root.pw_name, root.pw_uid, root.pw_gid, root.pw_dir, root == pwd.getpwnam("root"), root[2:4])
group = grp.getgrgid(0)
print(type(group), group, group == grp.getgrnam("root"), group in grp.getgrall(), root in pwd.getpwall())
for f, arg in [(pwd.getpwuid, "a"), (pwd.getpwuid, -1), (pwd.getpwuid, 2 ** 40), (pwd.getpwuid, 99999),
               (pwd.getpwnam, 1), (pwd.getpwnam, "nope"), (pwd.getpwnam, "a\0b"), (pwd.getpwuid, 1.5),
               (grp.getgrgid, "a"), (grp.getgrgid, -1), (grp.getgrgid, 99999), (grp.getgrnam, "nope"),
               (grp.getgrnam, "a\0"), (grp.getgrgid, 2 ** 40), (grp.getgrnam, 1), (grp.getgrgid, -2)]:
    t(f, arg)
