# Is the root what the descriptor says? Before this stand:
#   mode     full, shared, overlay or ram
#   release  SERVER:PATH of the release
#   image    SERVER:PATH of the image
#   tree     SERVER:PATH of this node's own tree (full, shared)
#   other    SERVER:PATH of another node's own tree, if there is one
mounted() { # PATH: what is there last
    awk -v path="$1" '$2 == path { line = $1 " " $3 " " $4 } END { print line }' /proc/mounts
}
takes_files() { # FOLDER
    file=$1/diskless-lab-$$
    { echo written >"$file" && grep -q written "$file" && rm "$file"; } || {
        echo "$1 takes no files"
        exit 1
    }
}
refuses_files() { # FOLDER WHAT
    if touch "$1/diskless-lab-$$" 2>/dev/null; then
        rm "$1/diskless-lab-$$"
        echo "$2 can be written"
        exit 1
    fi
}
expect() { # PATTERN LINE WHY
    case $2 in
        $1) ;;
        *)
            echo "$3"
            exit 1
            ;;
    esac
}

root=$(mounted /)
echo "$root"
case $mode in
    full) expect "$tree nfs rw,*" "$root" 'the root is not the tree of this node' ;;
    shared) expect 'diskless overlay ro*' "$root" 'the root is no overlay, or not read-only' ;;
    *) expect 'diskless overlay rw*' "$root" 'the root is no overlay' ;;
esac

below=$(mounted /run/diskless/image)
case $mode in
    overlay | shared)
        echo "$below"
        expect "$image nfs *" "$below" 'the image is not what lies below'
        # Root on the node may try whatever it likes: the master does not let it write.
        refuses_files /run/diskless/image 'the image'
        mount -o remount,rw /run/diskless/image 2>/dev/null
        refuses_files /run/diskless/image 'the image, mounted anew,'
        mount -o remount,ro /run/diskless/image 2>/dev/null
        try=$(mktemp -d -p /run)
        if mount -t nfs -o rw,nolock,vers=3,tcp,retry=0 "$image" "$try" 2>/dev/null; then
            refuses_files "$try" 'the image, mounted once more,'
            umount "$try"
        fi
        rmdir "$try"
        ;;
    ram)
        echo "$below"
        expect '* squashfs ro,*' "$below" 'the image is not in memory'
        if grep -F "$release/" /proc/mounts; then
            echo 'a part of the root is still on the master'
            exit 1
        fi
        ;;
esac

if [ "$mode" = shared ]; then
    refuses_files /usr 'the root'
    mount -o remount,rw / 2>/dev/null
    refuses_files /usr 'the root, mounted anew,'
    for folder in etc var root tmp; do
        line=$(mounted "/$folder")
        echo "/$folder: $line"
        expect "$tree/$folder nfs rw,*" "$line" "/$folder is not this node's own"
        takes_files "/$folder"
    done
else
    takes_files /
fi

if [ -n "$other" ]; then
    try=$(mktemp -d -p /run)
    if mount -t nfs -o nolock,vers=3,tcp,retry=0 "$other" "$try" 2>/dev/null; then
        umount "$try"
        echo "$other of another node can be mounted here"
        exit 1
    fi
    rmdir "$try"
fi
